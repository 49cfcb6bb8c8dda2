package orders.acceptance.replay;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// A distribution of times, exact to three digits. Safe for many threads.
public final class Latencies {

    private static final int DIGITS = 3;

    private final Histogram microseconds = new ConcurrentHistogram(DIGITS);

    void add(Duration latency) {
        microseconds.recordValue(latency.toNanos() / 1_000);
    }

    /// How many were added.
    public long count() {
        return microseconds.getTotalCount();
    }

    /// The time that `percent` of all did not exceed; zero when there are none.
    public Duration percentile(double percent) {
        return Duration.ofNanos(1_000 * microseconds.getValueAtPercentile(percent));
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

    private double milliseconds(double percent) {
        return percentile(percent).toNanos() / 1e6;
    }
}
