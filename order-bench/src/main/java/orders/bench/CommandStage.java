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

/// The command side with all embedded projections running: commands a second, their way to Kafka,
/// and how fast a backlog is relayed.
final class CommandStage extends Stage {

    private static final int MANY = 64;
    private static final int WARM = 32;

    /// Commands a second whose way to Kafka is measured.
    private static final int RATE = 600;

    /// Rows that are drained.
    private static final int BACKLOG = 100_000;

    CommandStage(BenchSettings settings, Vertx vertx) {
        super(settings, vertx);
    }

    @Override
    void measure() throws InterruptedException, ExecutionException, SQLException {
        system.start(Map.of());
        RawLimits raw = new RawLimits(system);
        step("warming up");
        try (CommandLoad load = load()) {
            load.closedLoop(WARM, settings.warmUp());
        }
        double one = rawCommits(raw, 1);
        double many = rawCommits(raw, MANY);
        for (int clients : List.of(1, 8, WARM, MANY)) {
            closedLoop(clients, clients == 1 ? one : many);
        }
        openLoop(raw);
        drain(raw);
    }

    private double rawCommits(RawLimits raw, int clients)
            throws InterruptedException, ExecutionException {
        step("two-row commits, %d clients".formatted(clients));
        double commits = raw.commits(clients, settings.step());
        report.add(
                "raw two-row commits, %d clients".formatted(clients),
                "%,.0f commits/s",
                commits,
                "raw limit");
        return commits;
    }

    private void closedLoop(int clients, double raw) throws InterruptedException {
        step("closed loop, %d clients".formatted(clients));
        Map<String, Duration> before = Machine.processorTime();
        try (CommandLoad load = load()) {
            HttpLoad.Result result = load.closedLoop(clients, settings.step());
            report.add(
                    "commands, closed loop, %d clients".formatted(clients),
                    "%,.0f/s",
                    result.perSecond(),
                    "%,.0f raw commits/s",
                    raw,
                    clients == MANY ? "2,000/s, ratio 0.5" : "");
            report.add("  until the 202", result.latency());
            if (result.refused() > 0) {
                report.add("  refused with 503", "%,.0f", (double) result.refused(), "");
            }
            used("command", before, result.latency().count());
        }
        report.add("  read side has caught up after", "%.1f s", system.awaitReadSide(), "");
    }

    private void openLoop(RawLimits raw) throws InterruptedException {
        int rate = settings.amount(RATE);
        Duration time = settings.step();
        step("open loop, %d/s".formatted(rate));
        Latencies relayed;
        try (Arrivals arrivals = new Arrivals(system, Topics.ORDER_EVENTS);
                CommandLoad load = load()) {
            report.add(
                    "commands, open loop, %d/s".formatted(rate),
                    load.openLoop(rate, time).latency());
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

    /// Without the read side, so that it is the relay that is measured, and before the bare
    /// producer, whose records keep the disk busy for a while.
    private void drain(RawLimits raw) throws InterruptedException, SQLException {
        int rows = settings.amount(BACKLOG);
        system.stopQuery();
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
