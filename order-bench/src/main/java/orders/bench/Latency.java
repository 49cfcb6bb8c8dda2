package orders.bench;

import java.time.Duration;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// How long things took, to three significant digits.
final class Latency {

    private static final long LONGEST_MICROS = 600_000_000;

    private final Histogram micros = new Histogram(LONGEST_MICROS, 3);

    /// One more; what took less than no time, because two clocks were read, took none.
    synchronized void record(long nanos) {
        micros.recordValue(Math.clamp(nanos / 1_000, 0, LONGEST_MICROS));
    }

    synchronized long count() {
        return micros.getTotalCount();
    }

    /// In milliseconds.
    synchronized double percentile(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1_000.0;
    }

    /// The longest, in milliseconds.
    synchronized double worst() {
        return micros.getMaxValue() / 1_000.0;
    }

    /// Things a second, when these took `time` together.
    double perSecond(Duration time) {
        return count() * 1e9 / time.toNanos();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f, p99 %.1f, p99.9 %.1f ms",
                percentile(50),
                percentile(99),
                percentile(99.9));
    }
}
