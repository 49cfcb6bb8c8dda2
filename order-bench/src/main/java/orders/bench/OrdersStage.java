package orders.bench;

import io.vertx.core.Vertx;
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
final class OrdersStage extends Stage {

    private static final String SUMMARIES = Probe.SUMMARIES.readModel;
    private static final String DETAILS = Probe.DETAILS.readModel;
    private static final Duration LONG = Duration.ofHours(1);

    private static final int READ_RATE = 500;

    /// Commands a second while a read model is rebuilt.
    private static final int LIVE_RATE = 200;

    private final int few = settings.amount(10_000);

    private final Map<String, Latencies> amongFew = new HashMap<>();

    OrdersStage(BenchSettings settings, Vertx vertx) {
        super(settings, vertx);
    }

    @Override
    void measure() throws InterruptedException, SQLException, IOException {
        system.start(enabled(SUMMARIES + "," + DETAILS));
        try (Connection database = system.writeDatabase()) {
            measure(new History(database));
        }
    }

    private void measure(History history) throws InterruptedException, SQLException, IOException {
        ReadLimits limits = new ReadLimits(system);
        Pages pages = new Pages(system);
        grow(history, few, History.WHOLE_LIFE);
        system.awaitReadSide(SUMMARIES, DETAILS);
        Map<String, Supplier<String>> kinds = pages.summaries(few);
        kinds.putAll(pages.details(few));
        amongFew.putAll(read(few, kinds));

        // The embedded server of order-details has them in memory.
        int some = settings.amount(50_000);
        grow(history, some, History.WHOLE_LIFE);
        system.awaitReadSide(SUMMARIES, DETAILS);
        compare(some, pages.details(some));
        step("bulk upserts");
        Throughput upserts = limits.upsertedDetails();
        rebuild(limits, Probe.DETAILS, "8,000 events/s", "documents", upserts);

        // The embedded server of order-details would have most of the machine for long.
        catchUp(history, settings.amount(300_000), History.WHOLE_LIFE);
        step("COPY");
        Throughput copied = limits.copiedSummaries();
        rebuild(limits, Probe.SUMMARIES, "25,000 events/s", "rows", copied);

        int many = settings.amount(1_000_000);
        catchUp(history, many, 1);
        compare(many, pages.summaries(many));
    }

    private Map<String, String> enabled(String projections) {
        return Map.of("PROJECTIONS_ENABLED", projections);
    }

    private long grow(History history, int orders, int most)
            throws InterruptedException, SQLException {
        step("writing the events of %,d orders".formatted(orders));
        long events = history.growTo(orders, most);
        history.awaitPublished();
        return events;
    }

    /// As after a time without the read side, which runs only order-summaries then.
    private void catchUp(History history, int orders, int most)
            throws InterruptedException, SQLException {
        system.stopQuery();
        long events = grow(history, orders, most);
        step("catching up");
        system.restartQuery(enabled(SUMMARIES));
        Map<String, Duration> before = Machine.processorTime();
        double seconds = system.awaitReadSide(SUMMARIES);
        used("thousand events", before, events / 1_000);
        report.add(
                "catch-up of %s, %,d events".formatted(SUMMARIES, events),
                "%,.0f events/s",
                events / seconds,
                "");
    }

    private void compare(int orders, Map<String, Supplier<String>> kinds) {
        int rate = settings.amount(READ_RATE);
        read(orders, kinds)
                .forEach((kind, latency) ->
                        report.add(
                                "%s, %d/s, %,d orders".formatted(kind, rate, orders),
                                latency,
                                "%,d orders".formatted(few),
                                amongFew.get(kind),
                                "",
                                "15 ms"));
    }

    private Map<String, Latencies> read(int orders, Map<String, Supplier<String>> kinds) {
        step("reading");
        Duration warmUp = settings.warmUp().dividedBy(10);
        kinds.values().forEach(path -> read(warmUp, path));
        Map<String, Latencies> latencies = new LinkedHashMap<>();
        kinds.forEach((kind, path) -> {
            step("%s, %,d orders".formatted(kind, orders));
            Map<String, Duration> before = Machine.processorTime();
            HttpLoad.Result result = read(settings.step(), path);
            used("read", before, result.latency().count());
            note("refused: %,d".formatted(result.refused()));
            latencies.put(kind, result.latency());
        });
        return latencies;
    }

    private HttpLoad.Result read(Duration time, Supplier<String> path) {
        try (HttpLoad http = new HttpLoad(vertx, system.queryUri())) {
            return http.openLoop(
                    settings.amount(READ_RATE),
                    time,
                    (_, due) -> http.get(path.get(), Map.of(), due));
        }
    }

    private void rebuild(
            ReadLimits limits, Probe probe, String target, String rows, Throughput written)
            throws InterruptedException {
        step("bare consumer");
        Throughput decoded = limits.decoded();
        int rate = settings.amount(LIVE_RATE);
        step("warming up");
        try (CommandLoad load = load()) {
            load.openLoop(rate, settings.warmUp());
        }
        step("rebuilding %s at %d/s".formatted(probe.readModel, rate));
        Map<String, Duration> before = Machine.processorTime();
        try (Visibility visibility = new Visibility(vertx, system.queryUri(), rate, probe);
                CommandLoad load = load(visibility)) {
            var live = CompletableFuture.runAsync(() -> load.openLoop(rate, LONG));
            Rebuild rebuild;
            try {
                rebuild = Rebuild.of(system, probe.readModel);
            } finally {
                load.stop();
            }
            live.join();
            used("thousand events", before, rebuild.events().count() / 1_000);
            note(visibility.sample());
            rebuild.addTo(report, probe.readModel, target, decoded, rows, written);
            Latencies visible = visibility.latency(probe);
            String when = "  meanwhile, at %d commands/s, ".formatted(rate);
            report.add(when + "202 to visible", visible);
            report.add(when + "the longest", "%,.0f ms", visible.milliseconds(100), "2,000 ms");
            report.add(when + "worst lag", "%.1f s", rebuild.worstLagSeconds(), "2 s");
        }
    }
}
