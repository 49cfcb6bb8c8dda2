package orders.bench;

import java.time.Duration;

/// How long and how much is measured.
///
/// @param warmUp load before the first figure: a JVM is slow until it has compiled itself
/// @param step length of each figure
/// @param divisor of all rates and amounts
record BenchSettings(Duration warmUp, Duration step, int divisor) {

    /// What the design's targets are measured with.
    static final BenchSettings FULL =
            new BenchSettings(Duration.ofSeconds(60), Duration.ofSeconds(20), 1);

    /// To see that it works.
    static final BenchSettings QUICK =
            new BenchSettings(Duration.ofSeconds(5), Duration.ofSeconds(3), 10);

    /// So many, or so many a second.
    int amount(int whole) {
        return whole / divisor;
    }
}
