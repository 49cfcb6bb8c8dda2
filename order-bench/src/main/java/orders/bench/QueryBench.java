package orders.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import orders.bench.ReadLimits.Throughput;
import orders.bench.Visibility.Probe;
import orders.model.Topics;

/// Measures the query side over HTTP, with everything on one machine, and the limits of that
/// machine in the same run.
public final class QueryBench {

    private static final Path RESULT = Path.of("target", "bench", "query.json");
    private static final int CLIENTS = 64;
    private static final Duration LONG = Duration.ofHours(1);

    private final PrintStream out = System.out;
    private final Report report = new Report();
    private final Map<String, Latency> amongFew = new HashMap<>();
    private final QuerySettings settings;
    private final SystemUnderTest system;
    private final Vertx vertx;
    private final History history;

    private QueryBench(QuerySettings settings, SystemUnderTest system, Vertx vertx) {
        this.settings = settings;
        this.system = system;
        this.vertx = vertx;
        this.history = new History(system.kafka());
    }

    /// Runs the benchmark: `quick` to see that it works, nothing to measure.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        QuerySettings settings =
                List.of(arguments).contains("quick") ? QuerySettings.QUICK : QuerySettings.FULL;
        JsonObject machine = Machine.describe();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (SystemUnderTest system = new SystemUnderTest()) {
            new QueryBench(settings, system, vertx).run(machine);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void run(JsonObject machine) throws InterruptedException, SQLException, IOException {
        system.start();
        grow(settings.fewOrders());
        system.awaitReadSide();
        readAmongFew();
        load("warm").closedLoop(CLIENTS, settings.warmUp());
        system.awaitReadSide();
        visible();

        grow(settings.someOrders());
        system.awaitReadSide();
        Reads reads = new Reads(vertx, system);
        compare(settings.someOrders(), reads, reads.details(settings.someOrders()));
        rebuild(Probe.DETAILS, "");
        catchUp();
        copy(false);
        Throughput copy = copy(true);
        rebuild(Probe.SUMMARIES, "25,000 events/s")
                .ifPresent(rebuild ->
                        report.add(
                                "  its rows",
                                "%,.0f rows/s",
                                copy.count() / seconds(rebuild.events().time()),
                                "COPY with indexes %,.0f rows/s",
                                copy.perSecond(),
                                ""));

        reads = new Reads(vertx, system);
        compare(settings.manyOrders(), reads, reads.summaries(settings.manyOrders()));
        out.println();
        out.print(report.table());
        report.write(RESULT, machine);
        out.println("\nWritten to " + RESULT);
    }

    private long grow(int orders) {
        step("writing the events of %,d orders".formatted(orders));
        return history.growTo(orders);
    }

    private void readAmongFew() {
        int few = settings.fewOrders();
        Reads reads = new Reads(vertx, system);
        Map<String, Supplier<String>> kinds = reads.summaries(few);
        kinds.putAll(reads.details(few));
        amongFew.putAll(measure(few, reads, kinds));
    }

    private void compare(int orders, Reads reads, Map<String, Supplier<String>> kinds) {
        measure(orders, reads, kinds)
                .forEach((kind, latency) ->
                        report.add(
                                "%s, %d/s, %,d orders".formatted(kind, settings.readRate(), orders),
                                latency,
                                "%,d orders".formatted(settings.fewOrders()),
                                amongFew.get(kind),
                                "",
                                "15 ms"));
    }

    private Map<String, Latency> measure(
            int orders, Reads reads, Map<String, Supplier<String>> kinds) {
        int rate = settings.readRate();
        step("reading");
        kinds.values().forEach(path -> reads.openLoop(rate, settings.warmUp().dividedBy(5), path));
        Map<String, Latency> latencies = new LinkedHashMap<>();
        kinds.forEach((kind, path) -> {
            step("%s, %d/s, %,d orders".formatted(kind, rate, orders));
            Map<String, Duration> before = Machine.processorTime();
            Latency latency = reads.openLoop(rate, settings.step(), path);
            used("read", before, latency.count());
            latencies.put(kind, latency);
        });
        return latencies;
    }

    private void visible() throws InterruptedException {
        step("closed loop, %d clients".formatted(CLIENTS));
        double ceiling = load("closed").closedLoop(CLIENTS, settings.step()).perSecond();
        report.add("commands, closed loop, %d clients".formatted(CLIENTS), "%,.0f/s", ceiling, "");
        caughtUp("  read side has caught up after");
        for (int rate : settings.rates()) {
            visible(rate);
        }
        visible((int) ceiling / 2);
    }

    private void visible(int rate) throws InterruptedException {
        step("open loop, %d/s".formatted(rate));
        Visibility visibility =
                new Visibility(vertx, system.queryUri(), rate, Probe.SUMMARIES, Probe.DETAILS);
        Map<String, Duration> before = Machine.processorTime();
        try (Arrivals arrivals = new Arrivals(system.kafka(), Topics.ORDER_EVENTS)) {
            HttpLoad.Result result = load("paced", visibility).openLoop(rate, settings.visible());
            Latency bare = arrivals.since(result.answered());
            used("command", before, result.latency().count());
            out.println("  " + visibility.sample());
            for (Probe probe : Probe.values()) {
                report.add(
                        "202 to visible in %s, %d/s".formatted(probe.readModel, rate),
                        visibility.latency(probe),
                        "bare consumer",
                        bare,
                        probe == Probe.SUMMARIES && rate == 600 ? "8 ms" : "",
                        probe == Probe.SUMMARIES && rate == 600 ? "50 ms" : "");
            }
        }
        system.awaitReadSide();
    }

    /// As after a time without the read side; only order-summaries, because the embedded server of
    /// order-details would have most of the machine for long.
    private void catchUp() throws InterruptedException {
        system.stopQuery();
        long events = grow(settings.manyOrders());
        step("catching up");
        system.restartQuery(Map.of("PROJECTIONS_ENABLED", Probe.SUMMARIES.readModel));
        double time = seconds(system.awaitProjection(Probe.SUMMARIES.readModel));
        report.add(
                "catch-up of order-summaries, %,d events".formatted(events),
                "%,.0f events/s",
                events / time,
                "");
    }

    private Throughput copy(boolean indexes) throws SQLException, IOException {
        step("COPY");
        try (Connection database = system.readDatabase()) {
            Throughput copy = ReadLimits.copied(database, indexes);
            report.add(
                    "COPY of %,d summaries, %s indexes"
                            .formatted(copy.count(), indexes ? "with" : "without"),
                    "%,.0f rows/s",
                    copy.perSecond(),
                    "raw limit");
            return copy;
        }
    }

    /// While commands arrive.
    private Optional<Rebuild> rebuild(Probe probe, String target) throws InterruptedException {
        step("bare consumer");
        Throughput consumed = ReadLimits.consumed(system.kafka());
        Throughput decoded = ReadLimits.decoded(system.kafka());
        report.add(
                "bare consumer of %,d events".formatted(consumed.count()),
                "%,.0f events/s",
                consumed.perSecond(),
                "raw limit");

        int rate = settings.liveRate();
        step("rebuilding %s at %d/s".formatted(probe.readModel, rate));
        Visibility visibility = new Visibility(vertx, system.queryUri(), rate, probe);
        HttpLoad load = load("live", visibility);
        Map<String, Duration> before = Machine.processorTime();
        CompletableFuture<?> live = CompletableFuture.runAsync(() -> load.openLoop(rate, LONG));
        Optional<Rebuild> rebuilt;
        try {
            rebuilt = Rebuild.of(system, probe.readModel);
        } finally {
            load.stop();
        }
        live.join();
        rebuilt.ifPresentOrElse(
                rebuild -> {
                    Throughput events = rebuild.events();
                    used("thousand events", before, events.count() / 1_000);
                    out.println("  " + visibility.sample());
                    report.add(
                            "rebuild of %s, %,d events".formatted(probe.readModel, events.count()),
                            "%,.0f events/s",
                            events.perSecond(),
                            "read and decoded %,.0f events/s",
                            decoded.perSecond(),
                            target);
                    Latency visible = visibility.latency(probe);
                    String when = "  meanwhile, at %d commands/s, ".formatted(rate);
                    report.add(when + "202 to visible", visible);
                    report.add(when + "the longest", "%,.0f ms", visible.worst(), "2,000 ms");
                    report.add(when + "worst lag", "%.1f s", rebuild.worstLagSeconds(), "2 s");
                },
                () -> out.println("  rebuilds are not available"));
        return rebuilt;
    }

    private HttpLoad load(String name) {
        return new HttpLoad(vertx, system.commandUri(), name + "-" + System.nanoTime());
    }

    private HttpLoad load(String name, Visibility visibility) {
        return new HttpLoad(vertx, system.commandUri(), name + "-" + System.nanoTime(), visibility);
    }

    private void caughtUp(String what) throws InterruptedException {
        report.add(what, "%.1f s", seconds(system.awaitReadSide()), "");
    }

    private void used(String thing, Map<String, Duration> before, long count) {
        out.println("  processor ms a " + thing + ": " + Machine.perThing(before, count));
    }

    private void step(String what) {
        out.println("- " + what);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
