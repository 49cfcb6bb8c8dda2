package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Measures the command side over HTTP, with everything on one machine and all embedded projections
/// running, and the limits of that machine in the same run.
public final class CommandBench {

    private static final Path RESULT = Path.of("target", "bench", "command.json");
    private static final int PARTITIONS = 12;
    private static final String RAW_TOPIC = "bench-raw";
    private static final String TEXTBOOK_TOPIC = "bench-textbook";

    private final PrintStream out = System.out;
    private final Report report = new Report();
    private final BenchSettings settings;
    private final SystemUnderTest system;
    private final Vertx vertx;
    private final Pool database;

    private CommandBench(BenchSettings settings, SystemUnderTest system, Vertx vertx) {
        this.settings = settings;
        this.system = system;
        this.vertx = vertx;
        this.database = RawLimits.pool(vertx, system);
    }

    /// Runs the benchmark: `quick` to see that it works, nothing to measure.
    ///
    /// @throws Exception when a command is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        BenchSettings settings =
                List.of(arguments).contains("quick") ? BenchSettings.QUICK : BenchSettings.FULL;
        JsonObject machine = Machine.describe().put("services", SystemUnderTest.form());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (SystemUnderTest system = new SystemUnderTest()) {
            new CommandBench(settings, system, vertx).run(machine);
        } finally {
            join(vertx.close());
        }
    }

    private void run(JsonObject machine)
            throws InterruptedException, ExecutionException, SQLException, IOException {
        out.println("Machine: " + machine.encode());
        system.start();
        join(database.query(RawLimits.TABLES).execute());
        createTopics();
        step("warming up");
        load("warm").closedLoop(32, settings.warmUp());

        double rawOne = rawCommits(1);
        double rawMany = rawCommits(64);
        for (int clients : settings.clients()) {
            closedLoop(clients, clients == 1 ? rawOne : rawMany);
        }
        openLoop();
        drain();
        double rawRecords = rawRecords();
        report.add("bare producer, acks=all", "%,.0f records/s", rawRecords, "raw limit");
        out.println();
        out.print(report.table());
        report.write(RESULT, machine);
        out.println("\nWritten to " + RESULT);
    }

    private double rawCommits(int clients) {
        step("two-row commits, %d clients".formatted(clients));
        double commits = RawLimits.commits(database, clients, settings.step());
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
        HttpLoad.Result result = load("closed").closedLoop(clients, settings.step());
        report.add(
                "commands, closed loop, %d clients".formatted(clients),
                "%,.0f/s",
                result.perSecond(),
                "%,.0f raw commits/s",
                raw,
                clients == 64 ? "2,000/s, ratio 0.5" : "");
        report.add("  until the 202", result.latency());
        if (result.overloaded() > 0) {
            report.add("  refused with 503", "%,.0f", (double) result.overloaded(), "");
        }
        out.println(
                "  processor ms a command: " + Machine.perThing(before, result.latency().count()));
        double behind = system.awaitReadSide().toMillis() / 1_000.0;
        report.add("  read side has caught up after", "%.1f s", behind, "");
    }

    private void openLoop() throws InterruptedException, SQLException {
        step("open loop, %d/s".formatted(settings.rate()));
        Latency relayed;
        try (Arrivals arrivals = new Arrivals(system.kafka(), "order-events")) {
            HttpLoad.Result result = load("paced").openLoop(settings.rate(), settings.step());
            report.add("commands, open loop, %d/s".formatted(settings.rate()), result.latency());
            relayed = arrivals.since(result.answered());
        }
        step("the textbook's relay, %d/s".formatted(settings.rate()));
        Latency textbook = textbookLatency();
        report.add(
                "  answer to acknowledgement",
                relayed,
                "textbook relay",
                textbook,
                "2 ms",
                "12 ms");
    }

    /// From the commit of two bare rows to their arrival, at the same rate.
    private Latency textbookLatency() throws InterruptedException, SQLException {
        Map<String, Long> committed = new ConcurrentHashMap<>();
        try (TextbookRelay _ = textbookRelay();
                Arrivals arrivals = new Arrivals(system.kafka(), TEXTBOOK_TOPIC)) {
            Pace pace = new Pace(System.nanoTime(), settings.rate());
            long last = pace.startedBefore(pace.start() + settings.step().toNanos());
            for (long i = 0; i < last; i++) {
                while (System.nanoTime() < pace.due(i)) {
                    Thread.sleep(1);
                }
                String id = "paced-" + i;
                RawLimits.commit(database, id, Events.PAYLOAD)
                        .onSuccess(_ -> committed.put(id, System.nanoTime()));
            }
            arrivals.await(last);
            return arrivals.since(committed);
        }
    }

    /// Without the read side, so that it is the relay that is measured. The rows become visible
    /// together, when the transaction that inserts them commits.
    private void drain() throws InterruptedException, SQLException {
        step("draining %,d rows".formatted(settings.backlog()));
        system.stopQuery();
        double relayed;
        try (Arrivals arrivals = new Arrivals(system.kafka(), "order-events")) {
            fill("outbox");
            relayed = perSecond(arrivals.await(settings.backlog()));
        }
        step("draining %,d rows by the textbook's relay".formatted(settings.backlog()));
        double textbook;
        try (Arrivals arrivals = new Arrivals(system.kafka(), TEXTBOOK_TOPIC);
                TextbookRelay _ = textbookRelay()) {
            fill("bench.outbox");
            textbook = perSecond(arrivals.await(settings.backlog()));
        }
        report.add(
                "drain of %,d outbox rows".formatted(settings.backlog()),
                "%,.0f rows/s",
                relayed,
                "textbook relay %,.0f rows/s",
                textbook,
                "35,000 rows/s");
    }

    /// On an outbox that is empty: the raw commits have filled it.
    private TextbookRelay textbookRelay() throws SQLException {
        join(database.query("truncate bench.outbox, bench.orders").execute());
        return new TextbookRelay(system, TEXTBOOK_TOPIC);
    }

    /// Rows as the service writes them.
    private void fill(String table) {
        join(
                database.query(
                                """
                                insert into %s (id, aggregatetype, aggregateid, type, payload, version,
                                    occurred_at, correlation_id)
                                select gen_random_uuid(), 'order', 'drain-' || i, 'OrderCreated', '%s', 1,
                                    now(), 'drain-' || i
                                from generate_series(1, %d) i
                                """
                                        .formatted(table, Events.PAYLOAD, settings.backlog()))
                        .execute());
    }

    private double perSecond(Duration time) {
        return settings.backlog() * 1e9 / time.toNanos();
    }

    private double rawRecords() {
        step("bare producer");
        return RawLimits.records(system.kafka(), RAW_TOPIC, settings.step());
    }

    private HttpLoad load(String name) {
        return new HttpLoad(vertx, system.commandUri(), name + "-" + System.nanoTime());
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.kafka()))) {
            admin.createTopics(
                            Stream.of(RAW_TOPIC, TEXTBOOK_TOPIC)
                                    .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    private void step(String what) {
        out.println("- " + what);
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
