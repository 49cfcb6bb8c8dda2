package orders.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Measures the services over HTTP, with everything on one machine, and the limits of that machine
/// in the same run.
public final class Bench {

    private static final String QUICK = "quick";

    private static final Map<String, BiFunction<BenchSettings, Vertx, Stage>> STAGES =
            Map.of(
                    "command", CommandStage::new,
                    "visible", VisibleStage::new,
                    "orders", OrdersStage::new);

    private Bench() {}

    /// Runs stages by their names, one after the other, and writes the figures of each to
    /// `target/bench`. With `quick` it only shows that they work.
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
            for (String name : stages) {
                Stage.step("stage " + name);
                BenchSettings settings = isQuick ? BenchSettings.QUICK : BenchSettings.FULL;
                try (Stage stage = STAGES.get(name).apply(settings, vertx)) {
                    stage.measure();
                    Path file = Path.of("target", "bench", name + ".json");
                    stage.report.write(file);
                    System.out.printf("%n%s%nWritten to %s%n", stage.report.table(), file);
                }
            }
        } finally {
            HttpLoad.join(vertx.close());
        }
    }
}
