package orders.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Measures the services over HTTP, with everything on one machine, and the limits of that machine
/// in the same run.
public final class Bench {

    private static final String QUICK = "quick";

    private static final Map<String, Stage> STAGES =
            Map.of(
                    "command", new CommandStage(),
                    "visible", new VisibleStage(),
                    "orders", new OrdersStage());

    private Bench() {}

    /// Runs stages by their names, one after the other, each on a system of its own, and writes the
    /// figures of each to `target/bench`. With `quick` it only shows that they work.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        List<String> stages =
                List.of(arguments).stream().filter(each -> !each.equals(QUICK)).toList();
        if (!STAGES.keySet().containsAll(stages)) {
            System.err.println("The stages are " + String.join(", ", STAGES.keySet()));
            System.exit(2);
        }
        boolean isQuick = List.of(arguments).contains(QUICK);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            for (String stage : stages) {
                run(stage, isQuick, vertx);
            }
        } finally {
            HttpLoad.join(vertx.close());
        }
    }

    private static void run(String stage, boolean isQuick, Vertx vertx) throws Exception {
        Report report = new Report(Machine.describe(isQuick));
        report.step("stage " + stage);
        try (SystemUnderTest system = new SystemUnderTest()) {
            STAGES.get(stage)
                    .measure(
                            new Workbench(
                                    isQuick ? BenchSettings.QUICK : BenchSettings.FULL,
                                    vertx,
                                    system,
                                    report));
        }
        Path file = Path.of("target", "bench", stage + ".json");
        report.write(file);
        System.out.printf("%n%s%nWritten to %s%n", report.table(), file);
    }
}
