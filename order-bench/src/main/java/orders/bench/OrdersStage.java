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
import orders.bench.ReadLimits.Throughput;
import orders.bench.Visibility.Probe;

/// Reads of order-summaries and order-details among few orders and many, and their rebuilds while
/// commands arrive.
final class OrdersStage implements Stage {

    private static final String SUMMARIES = Probe.SUMMARIES.readModel;
    private static final String DETAILS = Probe.DETAILS.readModel;
    private static final Duration LONG = Duration.ofHours(1);

    private final Map<String, Latency> amongFew = new HashMap<>();
    private final Workbench bench;
    private final QuerySettings settings;
    private final Report report;
    private final SystemUnderTest system = new SystemUnderTest();
    private final History history = new History(system.kafka());

    OrdersStage(Workbench bench) {
        this.bench = bench;
        this.settings = bench.settings();
        this.report = bench.report();
    }

    @Override
    public void run() throws InterruptedException, SQLException, IOException {
        try (system) {
            system.start(enabled(SUMMARIES + "," + DETAILS));
            readAmongFew();
            bench.grow(history, settings.someOrders(), AlikeOrders.today());
            system.awaitProjections(SUMMARIES, DETAILS);
            compare(settings.someOrders(), new Pages(system).details(settings.someOrders()));
            Throughput upserts = upserts();
            rebuild(Probe.DETAILS, "8,000 events/s")
                    .addRowsTo(report, "documents", "bare bulk upserts", upserts);

            // The embedded server of order-details would have most of the machine for long.
            catchUp(settings.paidOrders(), AlikeOrders.today());
            copy(false);
            Throughput copy = copy(true);
            rebuild(Probe.SUMMARIES, "25,000 events/s")
                    .addRowsTo(report, "rows", "COPY with indexes", copy);
            catchUp(settings.manyOrders(), AlikeOrders.justCreated());
            compare(settings.manyOrders(), new Pages(system).summaries(settings.manyOrders()));
        }
    }

    private void readAmongFew() throws InterruptedException {
        int few = settings.fewOrders();
        bench.grow(history, few, AlikeOrders.today());
        system.awaitProjections(SUMMARIES, DETAILS);
        Pages pages = new Pages(system);
        Map<String, Supplier<String>> kinds = pages.summaries(few);
        kinds.putAll(pages.details(few));
        amongFew.putAll(measure(few, kinds));
    }

    private void compare(int orders, Map<String, Supplier<String>> kinds) {
        measure(orders, kinds)
                .forEach((kind, latency) ->
                        report.add(
                                "%s, %d/s, %,d orders".formatted(kind, settings.readRate(), orders),
                                latency,
                                "%,d orders".formatted(settings.fewOrders()),
                                amongFew.get(kind),
                                "",
                                "15 ms"));
    }

    private Map<String, Latency> measure(int orders, Map<String, Supplier<String>> kinds) {
        int rate = settings.readRate();
        Reads reads = bench.reads(system);
        Workbench.step("reading");
        kinds.values().forEach(path -> reads.openLoop(rate, settings.warmUp().dividedBy(5), path));
        Map<String, Latency> latencies = new LinkedHashMap<>();
        kinds.forEach((kind, path) -> {
            Workbench.step("%s, %d/s, %,d orders".formatted(kind, rate, orders));
            Map<String, Duration> before = Machine.processorTime();
            Reads.Result result = reads.openLoop(rate, settings.step(), path);
            Workbench.used("read", before, result.latency().count());
            Workbench.note("late: %,d".formatted(result.late()));
            latencies.put(kind, result.latency());
        });
        return latencies;
    }

    private void catchUp(int orders, AlikeOrders kind) throws InterruptedException {
        system.stopQuery();
        long events = bench.grow(history, orders, kind);
        bench.catchUp(system, SUMMARIES, SUMMARIES, events, enabled(SUMMARIES));
    }

    private static Map<String, String> enabled(String projections) {
        return Map.of("PROJECTIONS_ENABLED", projections);
    }

    private Throughput upserts() {
        Workbench.step("bulk upserts");
        Throughput upserts = system.upserted(DETAILS);
        report.add(
                "bare bulk upserts of %,d details".formatted(upserts.count()),
                "%,.0f documents/s",
                upserts.perSecond(),
                "raw limit");
        return upserts;
    }

    private Throughput copy(boolean indexes) throws SQLException, IOException {
        Workbench.step("COPY");
        try (Connection database = system.readDatabase()) {
            Throughput copy = ReadLimits.copied(database, "order_summaries", indexes);
            report.add(
                    "COPY of %,d summaries, %s indexes"
                            .formatted(copy.count(), indexes ? "with" : "without"),
                    "%,.0f rows/s",
                    copy.perSecond(),
                    "raw limit");
            return copy;
        }
    }

    private Rebuild rebuild(Probe probe, String target) throws InterruptedException {
        Workbench.step("bare consumer");
        Throughput decoded = ReadLimits.addConsumersTo(report, system.kafka());

        int rate = settings.liveRate();
        Workbench.step("warming up");
        bench.load(system, "warm").openLoop(rate, settings.warmUp());
        Workbench.step("rebuilding %s at %d/s".formatted(probe.readModel, rate));
        Visibility visibility = new Visibility(bench.vertx(), system.queryUri(), rate, probe);
        HttpLoad load = bench.load(system, "live", visibility);
        Map<String, Duration> before = Machine.processorTime();
        CompletableFuture<?> live = CompletableFuture.runAsync(() -> load.openLoop(rate, LONG));
        Rebuild rebuild;
        try {
            rebuild = Rebuild.of(system, probe.readModel);
        } finally {
            load.stop();
        }
        live.join();
        Workbench.used("thousand events", before, rebuild.events().count() / 1_000);
        Workbench.note(visibility.sample());
        rebuild.addTo(report, probe.readModel, decoded, target);
        Latency visible = visibility.latency(probe);
        String when = "  meanwhile, at %d commands/s, ".formatted(rate);
        report.add(when + "202 to visible", visible);
        report.add(when + "the longest", "%,.0f ms", visible.worst(), "2,000 ms");
        report.add(when + "worst lag", "%.1f s", rebuild.worstLagSeconds(), "2 s");
        return rebuild;
    }
}
