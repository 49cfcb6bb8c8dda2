package orders.bench;

import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orders.acceptance.replay.Latencies;
import orders.model.Topics;

/// The command side without and with the read side: commands a second, their way to Kafka, and how
/// fast a backlog is relayed.
final class CommandStage extends Stage {

    private static final int MANY = 64;
    private static final int WARM = 32;

    /// Orders in a commit of the raw limit.
    private static final int GROUP = 32;

    /// Commands a second whose way to Kafka is measured.
    private static final List<Integer> RATES = List.of(100, 600);

    /// Rows that are drained.
    private static final int BACKLOG = 100_000;

    CommandStage(BenchSettings settings, Vertx vertx) {
        super(settings, vertx);
    }

    @Override
    void measure() throws InterruptedException, ExecutionException, SQLException {
        system.start(Map.of());
        RawLimits raw = new RawLimits(system);
        // Commands that come alone and those that come together take different ways.
        for (int clients : List.of(WARM, 1)) {
            step("warming up, %d clients".formatted(clients));
            try (CommandLoad load = load()) {
                load.closedLoop(clients, settings.warmUp());
            }
        }
        double readSide = system.awaitReadSide();
        note("read side has caught up after %.1f s".formatted(readSide));
        system.stopQuery();
        double one = rawOrders(raw, 1, 1);
        double many = rawOrders(raw, MANY, 1);
        double groups = rawOrders(raw, 2, GROUP);
        double ceiling = 0;
        for (int clients : List.of(1, 8, WARM, MANY, 4 * MANY)) {
            double perSecond =
                    closedLoop("closed loop", clients, clients == 1 ? one : many, "3,000/s");
            report.add("  to raw commits of 32", "%,.0f/s", perSecond, "%,.0f/s", groups, "");
            ceiling = Math.max(ceiling, perSecond);
        }
        for (int rate : RATES) {
            openLoop(raw, settings.amount(rate));
        }
        openLoop(raw, (int) ceiling / 2);
        drain(raw);
        system.restartQuery(Map.of());
        report.add("read side has caught up after", "%.1f s", system.awaitReadSide(), "");
        closedLoop("all projections running", MANY, many, "2,000/s");
        report.add("  read side has caught up after", "%.1f s", system.awaitReadSide(), "2 s");
    }

    private double rawOrders(RawLimits raw, int clients, int ordersInCommit)
            throws InterruptedException, ExecutionException {
        String what = "raw commits of %d, %d clients".formatted(ordersInCommit, clients);
        step(what);
        double orders = raw.orders(clients, ordersInCommit, settings.step());
        report.add(what, "%,.0f orders/s", orders, "raw limit");
        return orders;
    }

    private double closedLoop(String what, int clients, double raw, String target)
            throws InterruptedException {
        String name = "commands, %s, %d clients".formatted(what, clients);
        step(name);
        Map<String, Duration> before = Machine.processorTime();
        try (CommandLoad load = load()) {
            HttpLoad.Result result = load.closedLoop(clients, settings.step());
            report.add(
                    name,
                    "%,.0f/s",
                    result.perSecond(),
                    "%,.0f raw commits/s",
                    raw,
                    clients == MANY ? target : "");
            report.add("  until the 202", result.latency());
            if (result.refused() > 0) {
                report.add("  refused with 503", "%,.0f", (double) result.refused(), "");
            }
            used("command", before, result.latency().count());
            return result.perSecond();
        }
    }

    private void openLoop(RawLimits raw, int rate) throws InterruptedException {
        Duration time = settings.step();
        step("open loop, %d/s".formatted(rate));
        Latencies relayed;
        try (Arrivals arrivals = new Arrivals(system, Topics.ORDER_EVENTS);
                CommandLoad load = load()) {
            Map<String, Duration> before = Machine.processorTime();
            HttpLoad.Result result = load.openLoop(rate, time);
            used("command", before, result.latency().count());
            report.add("commands, open loop, %d/s".formatted(rate), result.latency());
            relayed = arrivals.since(load.answered());
        }
        step("bare producer, %d/s".formatted(rate));
        report.add(
                "  answer to acknowledgement",
                relayed,
                "bare producer",
                raw.arrivals(rate, time),
                "2 ms",
                "12 ms");
    }

    /// Before the bare producer, whose records keep the disk busy for a while.
    private void drain(RawLimits raw) throws InterruptedException, SQLException {
        int rows = settings.amount(BACKLOG);
        step("draining %,d rows".formatted(rows));
        Duration time;
        try (Arrivals arrivals = new Arrivals(system, Topics.ORDER_EVENTS);
                Connection database = system.writeDatabase()) {
            // The rows become visible together.
            database.setAutoCommit(false);
            new History(database).growTo(rows, 1);
            database.commit();
            time = arrivals.await(rows);
        }
        step("bare producer");
        report.add(
                "drain of %,d outbox rows".formatted(rows),
                "%,.0f rows/s",
                rows * 1e9 / time.toNanos(),
                "bare producer %,.0f records/s",
                raw.records(settings.step()),
                "35,000 rows/s");
    }
}
