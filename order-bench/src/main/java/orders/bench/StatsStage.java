package orders.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.bench.ReadLimits.Throughput;
import orders.devstack.DevStack;

/// daily-order-stats over a year of orders, kept in PostgreSQL and, where it can be had, in
/// ClickHouse.
record StatsStage(Workbench bench) implements Stage {

    private static final String STATS = "daily-order-stats";

    private static final LocalDate FIRST_DAY = LocalDate.of(2025, 1, 1);
    private static final int DAYS = 365;
    private static final LocalDate LAST_DAY = FIRST_DAY.plusDays(DAYS - 1);
    private static final String YEAR = "/stats/daily?from=%s&to=%s".formatted(FIRST_DAY, LAST_DAY);

    @Override
    public void run() throws InterruptedException, SQLException, IOException {
        Optional<String> obstacle = DevStack.obstacleToClickHouse();
        obstacle.ifPresent(why -> Workbench.note("ClickHouse is left out: " + why));
        try (SystemUnderTest system =
                new SystemUnderTest(
                        servers -> obstacle.isEmpty() ? servers.withClickHouse() : servers)) {
            List<StatsServer> servers =
                    system.clickHouse().isPresent()
                            ? List.of(StatsServer.values())
                            : List.of(StatsServer.POSTGRESQL);
            measure(system, servers);
        }
    }

    private void measure(SystemUnderTest system, List<StatsServer> servers)
            throws InterruptedException, SQLException, IOException {
        QuerySettings settings = bench.settings();
        History history = new History(system.kafka());
        AlikeOrders orders = AlikeOrders.over(FIRST_DAY, DAYS, settings.yearOfOrders());
        system.start(settings(StatsServer.POSTGRESQL));
        system.stopQuery();
        long some = bench.grow(history, settings.someYearOrders(), orders);
        for (StatsServer server : servers) {
            catchUp(system, server, some, settings.someYearOrders());
            rebuild(system, server);
        }
        system.stopQuery();
        long more = bench.grow(history, settings.yearOfOrders(), orders);
        for (StatsServer server : servers) {
            catchUp(system, server, more, settings.yearOfOrders());
            read(system, server);
        }
    }

    private static Map<String, String> settings(StatsServer server) {
        return Map.of(
                "STATS_STORE",
                server.setting(),
                "PROJECTIONS_ENABLED",
                STATS,
                "PROJECTIONS_BATCH_SIZE",
                "10000");
    }

    private void catchUp(SystemUnderTest system, StatsServer server, long events, int orders)
            throws InterruptedException {
        bench.catchUp(system, in(server), STATS, events, settings(server));
        requireAll(system, orders);
    }

    private void read(SystemUnderTest system, StatsServer server)
            throws InterruptedException, SQLException, IOException {
        QuerySettings settings = bench.settings();
        String what =
                "a year of %,d orders (%s)".formatted(settings.yearOfOrders(), server.setting());
        Reads reads = bench.reads(system);
        Endurance endurance = new Endurance(bench, reads, settings.statsRate());
        endurance.warmUp(() -> YEAR);
        Workbench.step(what + ", bare SQL");
        Latency bare =
                server.bare(system, FIRST_DAY.toString(), LAST_DAY.toString(), settings.step());
        Workbench.step(what + ", 1 client");
        bench.report()
                .add(
                        what + ", 1 client",
                        reads.closedLoop(1, settings.step(), () -> YEAR).latency(),
                        "bare SQL",
                        bare,
                        "",
                        "");
        endurance.measure(what, () -> YEAR);
    }

    private static String in(StatsServer server) {
        return "%s (%s)".formatted(STATS, server.setting());
    }

    private void rebuild(SystemUnderTest system, StatsServer server)
            throws InterruptedException, SQLException, IOException {
        Workbench.step("bare consumer");
        Throughput decoded = ReadLimits.addConsumersTo(bench.report(), system.kafka());
        Workbench.step("rebuilding " + in(server));
        Rebuild rebuild = Rebuild.of(system, STATS);
        rebuild.addTo(bench.report(), in(server), decoded, "");
        if (server == StatsServer.POSTGRESQL) {
            Workbench.step("COPY");
            try (Connection database = system.readDatabase()) {
                rebuild.addRowsTo(
                        bench.report(),
                        "rows",
                        "COPY with indexes",
                        ReadLimits.copied(database, "daily_order_stats", true));
            }
        }
    }

    /// Statistics of fewer orders would be a yardstick for nothing.
    private static void requireAll(SystemUnderTest system, int wanted) {
        long orders =
                system.read(YEAR).getJsonArray("days").stream()
                        .mapToLong(day -> ((JsonObject) day).getLong("orderCount"))
                        .sum();
        if (orders != wanted) {
            throw new IllegalStateException("the statistics know %,d orders".formatted(orders));
        }
    }
}
