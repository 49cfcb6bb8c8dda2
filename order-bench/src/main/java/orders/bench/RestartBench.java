package orders.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import orders.bench.Visibility.Probe;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;

/// Measures for how long commands stay invisible while instances that run projections come and go,
/// by how they are members of their consumer groups. A further instance, which is not touched, runs
/// none and answers the reads.
public final class RestartBench implements AutoCloseable {

    private static final Path FOLDER = Path.of("target", "bench", "restarts").toAbsolutePath();
    private static final int RATE = 60;
    private static final Duration BEFORE = Duration.ofSeconds(4);
    private static final Duration STEP = Duration.ofSeconds(24);

    private final PrintStream out = System.out;
    private final int rounds;
    private final Form form;
    private final Vertx vertx;
    private final DevStack stack = DevStack.start(DevStackSettings.temporary(FOLDER));
    private final ServiceProcess command;
    private final ServiceProcess reads;
    private ServiceProcess first;
    private ServiceProcess second;
    private int instances;

    /// How an instance is a member, beside what is so anyway.
    private enum Membership {
        DYNAMIC("dynamic"),
        DYNAMIC_SLOW("dynamic, heartbeat 3 s"),
        STATIC("static");

        final String words;

        Membership(String words) {
            this.words = words;
        }

        /// @param name that stays when an instance is started again
        Map<String, String> settings(String name) {
            return switch (this) {
                case DYNAMIC -> Map.of();
                case DYNAMIC_SLOW -> Map.of("KAFKA_HEARTBEAT_INTERVAL_MS", "3000");
                case STATIC -> Map.of("KAFKA_GROUP_INSTANCE_ID", name);
            };
        }
    }

    /// What happens to an instance.
    private enum Disturbance {
        /// Nothing, for comparison.
        NONE,
        /// It is stopped and started again, as a stateful set does it.
        RESTARTED,
        /// Another one of another name is started and then it is stopped, as a deployment does it.
        REPLACED,
        /// It dies without a word and is started again.
        KILLED
    }

    private RestartBench(Form form, int rounds, Vertx vertx) {
        this.form = form;
        this.rounds = rounds;
        this.vertx = vertx;
        this.command = form.service("order-command", stack.commandEnvironment(), FOLDER);
        this.reads = query("reads", Map.of("PROJECTIONS_ENABLED", "none"));
    }

    /// Runs the benchmark: `quick` to see that it works, nothing to measure.
    ///
    /// @throws Exception when a command is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        List<String> wishes = List.of(arguments);
        Folders.delete(FOLDER);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (RestartBench bench =
                new RestartBench(Form.chosen(), wishes.contains("quick") ? 1 : 3, vertx)) {
            bench.run();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void run() throws InterruptedException {
        out.println("Machine: " + Machine.describe().encode());
        out.printf("Services: %s; commands a second: %d%n%n", form, RATE);
        out.printf(
                "%-24s %-12s %s%n", "membership", "an instance", "longest until visible, by round");
        command.start();
        reads.start();
        for (Membership membership : Membership.values()) {
            first = worker(membership, "first");
            second = worker(membership, "second");
            first.start();
            second.start();
            measure(membership, Disturbance.NONE);
            for (Disturbance disturbance : Disturbance.values()) {
                StringBuilder worst = new StringBuilder();
                for (int round = 0;
                        round < (disturbance == Disturbance.NONE ? 1 : rounds);
                        round++) {
                    worst.append(
                            String.format(
                                    Locale.ROOT,
                                    " %5.2f s",
                                    measure(membership, disturbance).worst() / 1_000));
                }
                out.printf(
                        "%-24s %-12s%s%n",
                        membership.words, disturbance.toString().toLowerCase(Locale.ROOT), worst);
            }
            first.stop();
            second.stop();
        }
    }

    /// From the 202 until the lists show it.
    private Latency measure(Membership membership, Disturbance disturbance)
            throws InterruptedException {
        Visibility visibility = new Visibility(vertx, reads.uri(), RATE, Probe.SUMMARIES);
        URI commands = command.uri();
        CompletableFuture<Void> disturbed =
                CompletableFuture.runAsync(
                        () -> disturb(membership, disturbance),
                        CompletableFuture.delayedExecutor(
                                BEFORE.toMillis(), TimeUnit.MILLISECONDS));
        new HttpLoad(vertx, commands, "restart-" + System.nanoTime(), visibility)
                .openLoop(RATE, STEP);
        disturbed.join();
        return visibility.latency(Probe.SUMMARIES);
    }

    private void disturb(Membership membership, Disturbance disturbance) {
        switch (disturbance) {
            case NONE -> {}
            case RESTARTED -> first.restart();
            case KILLED -> {
                first.kill();
                first.start();
            }
            case REPLACED -> {
                ServiceProcess next = worker(membership, "instance-" + ++instances);
                next.start();
                first.stop();
                first = next;
            }
        }
    }

    private ServiceProcess worker(Membership membership, String name) {
        return query(name, membership.settings(name));
    }

    private ServiceProcess query(String name, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(stack.queryEnvironment());
        environment.putAll(settings);
        return form.service("order-query", environment, FOLDER.resolve(name));
    }

    @Override
    public void close() {
        try (stack) {
            Stream.of(command, reads, first, second)
                    .filter(Objects::nonNull)
                    .forEach(ServiceProcess::stop);
        }
    }
}
