package orders.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import orders.acceptance.replay.Latencies;
import orders.bench.ReadLimits.Throughput;
import orders.bench.Visibility.Probe;

/// Reads of order-summaries and order-details among few orders and many, and their rebuilds while
/// commands arrive.
final class OrdersStage implements Stage {

    private static final String SUMMARIES = Probe.SUMMARIES.readModel;
    private static final String DETAILS = Probe.DETAILS.readModel;
    private static final Duration LONG = Duration.ofHours(1);

    private final Map<String, Latencies> amongFew = new HashMap<>();

    @Override
    public void measure(Workbench bench) throws InterruptedException, SQLException, IOException {
        SystemUnderTest system = bench.system();
        system.start(enabled(SUMMARIES + "," + DETAILS));
        try (Connection database = system.writeDatabase()) {
            measure(bench, new History(database));
        }
    }

    private void measure(Workbench bench, History history)
            throws InterruptedException, SQLException, IOException {
        BenchSettings settings = bench.settings();
        SystemUnderTest system = bench.system();
        ReadLimits limits = new ReadLimits(system);
        Pages pages = new Pages(system);
        int few = settings.fewOrders();
        grow(bench, history, few, History.WHOLE_LIFE);
        system.awaitReadSide(SUMMARIES, DETAILS);
        Map<String, Supplier<String>> kinds = pages.summaries(few);
        kinds.putAll(pages.details(few));
        amongFew.putAll(read(bench, few, kinds));

        int some = settings.someOrders();
        grow(bench, history, some, History.WHOLE_LIFE);
        system.awaitReadSide(SUMMARIES, DETAILS);
        compare(bench, some, pages.details(some));
        bench.report().step("bulk upserts");
        Throughput upserts = limits.upsertedDetails();
        rebuild(bench, limits, Probe.DETAILS, "8,000 events/s", "documents", upserts);

        // The embedded server of order-details would have most of the machine for long.
        catchUp(bench, history, settings.paidOrders(), History.WHOLE_LIFE);
        bench.report().step("COPY");
        Throughput copied = limits.copiedSummaries();
        rebuild(bench, limits, Probe.SUMMARIES, "25,000 events/s", "rows", copied);

        int many = settings.manyOrders();
        catchUp(bench, history, many, 1);
        compare(bench, many, pages.summaries(many));
    }

    private static Map<String, String> enabled(String projections) {
        return Map.of("PROJECTIONS_ENABLED", projections);
    }

    private static long grow(Workbench bench, History history, int orders, int most)
            throws InterruptedException, SQLException {
        bench.report().step("writing the events of %,d orders".formatted(orders));
        long events = history.growTo(orders, most);
        history.awaitPublished();
        return events;
    }

    /// As after a time without the read side, which runs only order-summaries then.
    private static void catchUp(Workbench bench, History history, int orders, int most)
            throws InterruptedException, SQLException {
        bench.system().stopQuery();
        long events = grow(bench, history, orders, most);
        bench.report().step("catching up");
        bench.system().restartQuery(enabled(SUMMARIES));
        bench.report()
                .add(
                        "catch-up of %s, %,d events".formatted(SUMMARIES, events),
                        "%,.0f events/s",
                        events / bench.system().awaitReadSide(SUMMARIES),
                        "");
    }

    private void compare(Workbench bench, int orders, Map<String, Supplier<String>> kinds) {
        int rate = bench.settings().readRate();
        read(bench, orders, kinds)
                .forEach((kind, latency) ->
                        bench.report()
                                .add(
                                        "%s, %d/s, %,d orders".formatted(kind, rate, orders),
                                        latency,
                                        "%,d orders".formatted(bench.settings().fewOrders()),
                                        amongFew.get(kind),
                                        "",
                                        "15 ms"));
    }

    private static Map<String, Latencies> read(
            Workbench bench, int orders, Map<String, Supplier<String>> kinds) {
        bench.report().step("reading");
        Duration warmUp = bench.settings().warmUp().dividedBy(10);
        kinds.values().forEach(path -> read(bench, warmUp, path));
        Map<String, Latencies> latencies = new LinkedHashMap<>();
        kinds.forEach((kind, path) -> {
            bench.report().step("%s, %,d orders".formatted(kind, orders));
            Map<String, Duration> before = Machine.processorTime();
            HttpLoad.Result result = read(bench, bench.settings().step(), path);
            bench.used("read", before, result.latency().count());
            bench.report().note("refused: %,d".formatted(result.refused()));
            latencies.put(kind, result.latency());
        });
        return latencies;
    }

    private static HttpLoad.Result read(Workbench bench, Duration time, Supplier<String> path) {
        try (HttpLoad http = new HttpLoad(bench.vertx(), bench.system().queryUri())) {
            return http.openLoop(
                    bench.settings().readRate(),
                    time,
                    (_, due) -> http.get(path.get(), Map.of(), due));
        }
    }

    private static void rebuild(
            Workbench bench,
            ReadLimits limits,
            Probe probe,
            String target,
            String rows,
            Throughput written)
            throws InterruptedException {
        Report report = bench.report();
        report.step("bare consumer");
        Throughput decoded = limits.decoded();
        int rate = bench.settings().liveRate();
        report.step("warming up");
        try (CommandLoad load = bench.load()) {
            load.openLoop(rate, bench.settings().warmUp());
        }
        report.step("rebuilding %s at %d/s".formatted(probe.readModel, rate));
        Map<String, Duration> before = Machine.processorTime();
        try (Visibility visibility =
                        new Visibility(bench.vertx(), bench.system().queryUri(), rate, probe);
                CommandLoad load = bench.load(visibility)) {
            var live = CompletableFuture.runAsync(() -> load.openLoop(rate, LONG));
            Rebuild rebuild;
            try {
                rebuild = Rebuild.of(bench.system(), probe.readModel);
            } finally {
                load.stop();
            }
            live.join();
            bench.used("thousand events", before, rebuild.events().count() / 1_000);
            report.note(visibility.sample());
            rebuild.addTo(report, probe.readModel, target, decoded, rows, written);
            Latencies visible = visibility.latency(probe);
            String when = "  meanwhile, at %d commands/s, ".formatted(rate);
            report.add(when + "202 to visible", visible);
            report.add(when + "the longest", "%,.0f ms", visible.milliseconds(100), "2,000 ms");
            report.add(when + "worst lag", "%.1f s", rebuild.worstLagSeconds(), "2 s");
        }
    }
}
