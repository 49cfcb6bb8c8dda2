package orders.bench;

import java.time.Duration;
import java.util.List;

/// How long and how much is measured.
///
/// @param warmUp load before the first figure: a JVM is slow until it has compiled itself
/// @param step length of each figure
/// @param clients that send commands at the same time, for each closed-loop figure
/// @param rates commands a second whose visibility is measured; half of the ceiling is added
/// @param rate commands a second whose way to Kafka is measured
/// @param backlog rows that are drained
/// @param readRate reads a second
/// @param liveRate commands a second while a read model is rebuilt
/// @param fewOrders that the reads find first
/// @param someOrders when order-details is rebuilt and read again: its embedded server has them in
///   memory
/// @param paidOrders when order-summaries is rebuilt, with three to four events each
/// @param manyOrders when order-summaries is read again; the last are just created
record BenchSettings(
        Duration warmUp,
        Duration step,
        List<Integer> clients,
        List<Integer> rates,
        int rate,
        int backlog,
        int readRate,
        int liveRate,
        int fewOrders,
        int someOrders,
        int paidOrders,
        int manyOrders) {

    /// What the design's targets are measured with.
    static final BenchSettings FULL =
            new BenchSettings(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20),
                    List.of(1, 8, 32, 64),
                    List.of(100, 300, 600),
                    600,
                    100_000,
                    500,
                    200,
                    10_000,
                    50_000,
                    300_000,
                    1_000_000);

    /// To see that it works.
    static final BenchSettings QUICK =
            new BenchSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    List.of(1, 64),
                    List.of(50, 200),
                    100,
                    5_000,
                    200,
                    50,
                    1_000,
                    2_000,
                    9_000,
                    30_000);
}
