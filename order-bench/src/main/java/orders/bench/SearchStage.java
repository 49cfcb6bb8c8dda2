package orders.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import orders.bench.ReadLimits.Throughput;
import orders.devstack.DevStackSettings;

/// order-search over the orders of a retailer: its rebuild, and questions of several kinds.
record SearchStage(Workbench bench) implements Stage {

    private static final String SEARCH = "order-search";

    private static final Map<String, String> SETTINGS =
            Map.of("PROJECTIONS_ENABLED", SEARCH, "PROJECTIONS_BATCH_SIZE", "10000");

    @Override
    public void run() throws IOException, InterruptedException {
        try (SystemUnderTest system = new SystemUnderTest(DevStackSettings::withElasticsearch)) {
            Optional<URI> server = system.elasticsearch();
            if (server.isEmpty()) {
                Workbench.note("left out: Elasticsearch does not start here");
                return;
            }
            measure(system, server.get());
        }
    }

    private void measure(SystemUnderTest system, URI server)
            throws IOException, InterruptedException {
        QuerySettings settings = bench.settings();
        RetailOrders orders = RetailOrders.fromEnvironment();
        History history = new History(system.kafka());
        system.start(SETTINGS);
        // Otherwise each name would be written into the orders that are there already.
        orders.registerCustomers(history);
        system.awaitProjections(SEARCH);
        grow(system, history, settings.someRetailOrders(), orders);
        rebuild(system, server);
        grow(system, history, settings.retailOrders(), orders);

        Map<String, Supplier<String>> kinds =
                SearchQuestions.among(orders, settings.retailOrders()).kinds();
        kinds.values().forEach(path -> requireFull(system, path));
        Endurance endurance = new Endurance(bench, bench.reads(system), settings.searchRate());
        endurance.warmUp(kinds.get(SearchQuestions.ALL));
        kinds.forEach((kind, path) ->
                endurance.measure(
                        "search for %s, %,d orders".formatted(kind, settings.retailOrders()),
                        path));
    }

    private void grow(SystemUnderTest system, History history, int wanted, RetailOrders orders)
            throws InterruptedException {
        system.stopQuery();
        long events = bench.grow(history, wanted, orders);
        bench.catchUp(system, SEARCH, SEARCH, events, SETTINGS);
    }

    private void rebuild(SystemUnderTest system, URI server)
            throws IOException, InterruptedException {
        Workbench.step("bare consumer, bare _bulk");
        Throughput decoded = ReadLimits.addConsumersTo(bench.report(), system.kafka());
        Throughput bulk = new ElasticBulk(server).copied(SEARCH);
        Workbench.step("rebuilding " + SEARCH);
        Rebuild rebuild = Rebuild.of(system, SEARCH);
        rebuild.addTo(bench.report(), SEARCH, decoded, "");
        rebuild.addRowsTo(bench.report(), "documents", "bare _bulk", bulk);
    }

    /// A page of few orders would be a yardstick for nothing.
    private static void requireFull(SystemUnderTest system, Supplier<String> path) {
        String asked = path.get();
        int hits = system.read(asked).getJsonArray("hits").size();
        if (hits != SearchQuestions.PAGE_SIZE) {
            throw new IllegalStateException(asked + " has " + hits + " orders");
        }
    }
}
