package orders.bench;

import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orders.acceptance.replay.Latencies;
import orders.model.Topics;

/// The command side with all embedded projections running: commands a second, their way to Kafka,
/// and how fast a backlog is relayed.
final class CommandStage implements Stage {

    private static final int MANY = 64;
    private static final int WARM = 32;

    @Override
    public void measure(Workbench bench)
            throws InterruptedException, ExecutionException, SQLException {
        BenchSettings settings = bench.settings();
        bench.system().start(Map.of());
        RawLimits raw = new RawLimits(bench.system());
        bench.report().step("warming up");
        try (CommandLoad load = bench.load()) {
            load.closedLoop(WARM, settings.warmUp());
        }
        double one = rawCommits(bench, raw, 1);
        double many = rawCommits(bench, raw, MANY);
        for (int clients : settings.clients()) {
            closedLoop(bench, clients, clients == 1 ? one : many);
        }
        openLoop(bench, raw);
        drain(bench, raw);
    }

    private static double rawCommits(Workbench bench, RawLimits raw, int clients)
            throws InterruptedException, ExecutionException {
        bench.report().step("two-row commits, %d clients".formatted(clients));
        double commits = raw.commits(clients, bench.settings().step());
        bench.report()
                .add(
                        "raw two-row commits, %d clients".formatted(clients),
                        "%,.0f commits/s",
                        commits,
                        "raw limit");
        return commits;
    }

    private static void closedLoop(Workbench bench, int clients, double raw)
            throws InterruptedException {
        Report report = bench.report();
        report.step("closed loop, %d clients".formatted(clients));
        Map<String, Duration> before = Machine.processorTime();
        try (CommandLoad load = bench.load()) {
            HttpLoad.Result result = load.closedLoop(clients, bench.settings().step());
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
            bench.used("command", before, result.latency().count());
        }
        report.add("  read side has caught up after", "%.1f s", bench.system().awaitReadSide(), "");
    }

    private static void openLoop(Workbench bench, RawLimits raw) throws InterruptedException {
        int rate = bench.settings().rate();
        Duration time = bench.settings().step();
        Report report = bench.report();
        report.step("open loop, %d/s".formatted(rate));
        Map<String, Long> answered = new HashMap<>();
        Latencies relayed;
        try (Arrivals arrivals = new Arrivals(bench.system().kafka(), Topics.ORDER_EVENTS);
                CommandLoad load =
                        bench.load((command, _, at) -> {
                            answered.put(command.correlationId(), at);
                            return Future.succeededFuture();
                        })) {
            report.add(
                    "commands, open loop, %d/s".formatted(rate),
                    load.openLoop(rate, time).latency());
            relayed = arrivals.since(answered);
        }
        report.step("bare producer, %d/s".formatted(rate));
        report.add(
                "  answer to acknowledgement",
                relayed,
                "bare producer",
                raw.arrivals(rate, time),
                "2 ms",
                "12 ms");
    }

    /// Without the read side, so that it is the relay that is measured.
    private static void drain(Workbench bench, RawLimits raw)
            throws InterruptedException, SQLException {
        int rows = bench.settings().backlog();
        bench.system().stopQuery();
        bench.report().step("bare producer");
        double records = raw.records(bench.settings().step());
        bench.report().step("draining %,d rows".formatted(rows));
        try (Arrivals arrivals = new Arrivals(bench.system().kafka(), Topics.ORDER_EVENTS);
                Connection database = bench.system().writeDatabase()) {
            // The rows become visible together.
            database.setAutoCommit(false);
            new History(database).growTo(rows, 1);
            database.commit();
            bench.report()
                    .add(
                            "drain of %,d outbox rows".formatted(rows),
                            "%,.0f rows/s",
                            rows * 1e9 / arrivals.await(rows).toNanos(),
                            "bare producer %,.0f records/s",
                            records,
                            "35,000 rows/s");
        }
    }
}
