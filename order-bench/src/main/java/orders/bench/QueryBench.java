package orders.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Measures the query side over HTTP, with everything on one machine, and the limits of that
/// machine in the same run.
public final class QueryBench {

    private static final Path RESULT = Path.of("target", "bench", "query.json");

    private static final Map<String, Function<Workbench, Stage>> STAGES = new LinkedHashMap<>();

    static {
        STAGES.put("visible", VisibleStage::new);
        STAGES.put("orders", OrdersStage::new);
    }

    private QueryBench() {}

    /// Runs the benchmark: `quick` to see that it works, nothing to measure. Any other argument is
    /// a list of stages, separated by commas; without it all are run.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        boolean isQuick = List.of(arguments).contains("quick");
        Set<String> wanted = new TreeSet<>();
        for (String argument : arguments) {
            if (!argument.equals("quick")) {
                wanted.addAll(List.of(argument.split(",")));
            }
        }
        if (!STAGES.keySet().containsAll(wanted)) {
            System.err.println("The stages are " + String.join(",", STAGES.keySet()));
            System.exit(2);
        }

        JsonObject machine =
                Machine.describe().put("quick", isQuick).put("services", SystemUnderTest.form());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Report report = new Report();
        Workbench bench =
                new Workbench(isQuick ? QuerySettings.QUICK : QuerySettings.FULL, vertx, report);
        try {
            for (Map.Entry<String, Function<Workbench, Stage>> stage : STAGES.entrySet()) {
                if (wanted.isEmpty() || wanted.contains(stage.getKey())) {
                    run(stage.getKey(), stage.getValue(), bench);
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        System.out.println();
        System.out.print(report.table());
        report.write(RESULT, machine);
        System.out.println("\nWritten to " + RESULT);
    }

    private static void run(String name, Function<Workbench, Stage> stage, Workbench bench)
            throws Exception {
        System.out.println("Stage " + name);
        long start = System.nanoTime();
        stage.apply(bench).run();
        System.out.printf(
                "Stage %s took %d s%n",
                name, Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }
}
