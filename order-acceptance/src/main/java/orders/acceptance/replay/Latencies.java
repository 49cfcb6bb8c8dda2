package orders.acceptance.replay;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// A distribution of times, exact to three digits. Safe for many threads.
public final class Latencies {

    private static final int DIGITS = 3;

    private final Histogram microseconds = new ConcurrentHistogram(DIGITS);

    /// One more; what took less than no time, because two clocks were read, took none.
    public void add(Duration latency) {
        microseconds.recordValue(Math.max(0, latency.toNanos() / 1_000));
    }

    /// How many were added.
    public long count() {
        return microseconds.getTotalCount();
    }

    /// The time in milliseconds that `percent` of all did not exceed; zero when there are none.
    public double milliseconds(double percent) {
        return microseconds.getValueAtPercentile(percent) / 1_000.0;
    }

    /// In milliseconds: `p50 1.2 ms, p90 ...`.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms",
                milliseconds(50),
                milliseconds(90),
                milliseconds(99),
                milliseconds(100));
    }
}
