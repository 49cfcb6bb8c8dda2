package orders.bench;

import java.time.Duration;
import java.util.List;

/// How long and how much is measured.
///
/// @param warmUp load before the first figure: a JVM is slow until it has compiled itself
/// @param step length of each figure
/// @param clients that send at the same time, for each closed-loop figure
/// @param rate commands a second of the open loop
/// @param backlog rows that are drained
record BenchSettings(Duration warmUp, Duration step, List<Integer> clients, int rate, int backlog) {

    /// What the design's targets are measured with.
    static final BenchSettings FULL =
            new BenchSettings(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20),
                    List.of(1, 8, 32, 64),
                    600,
                    100_000);

    /// To see that it works.
    static final BenchSettings QUICK =
            new BenchSettings(
                    Duration.ofSeconds(5), Duration.ofSeconds(3), List.of(1, 64), 100, 5_000);
}
