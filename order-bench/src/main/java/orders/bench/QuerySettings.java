package orders.bench;

import java.time.Duration;
import java.util.List;

/// How long and how much of the read side is measured.
///
/// @param warmUp load before the first figure
/// @param step length of each figure
/// @param visible length of each open loop of commands
/// @param rates commands a second of the open loops; half of the ceiling is added
/// @param readRate reads a second
/// @param liveRate commands a second while a read model is rebuilt
/// @param fewOrders that the reads find first
/// @param someOrders when order-details is rebuilt and read again: its embedded server has them in
///   memory
/// @param paidOrders when order-summaries is rebuilt, with three to four events each
/// @param manyOrders when order-summaries is read again; the last are just created
record QuerySettings(
        Duration warmUp,
        Duration step,
        Duration visible,
        List<Integer> rates,
        int readRate,
        int liveRate,
        int fewOrders,
        int someOrders,
        int paidOrders,
        int manyOrders) {

    /// What the targets are measured with.
    static final QuerySettings FULL =
            new QuerySettings(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    List.of(100, 300, 600),
                    500,
                    200,
                    10_000,
                    50_000,
                    300_000,
                    1_000_000);

    /// To see that it works.
    static final QuerySettings QUICK =
            new QuerySettings(
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    List.of(50, 200),
                    200,
                    50,
                    1_000,
                    2_000,
                    9_000,
                    30_000);
}
