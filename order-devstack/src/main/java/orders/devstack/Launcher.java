package orders.devstack;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The whole system on this machine: the servers, then both services. It says where everything is,
/// and waits for Ctrl-C, or for the unexpected end of a process. Either way it stops everything
/// before it ends.
///
/// Beside the settings of [DevStackSettings#fromEnvironment] it knows `COMMAND_PORT` (8080),
/// `QUERY_PORT` (8081) and `START_EPOCH_MS`, from when on the start is timed.
public final class Launcher {

    private static final Duration END_WITHIN = Duration.ofSeconds(30);
    private static final int COMMAND_PORT = 8080;
    private static final int QUERY_PORT = 8081;
    private static final int FAILED = 1;

    private final Environment environment;
    private final PrintStream out;
    private final Thread thread = Thread.currentThread();

    /// Why the system ends: a failure, or nothing when it was told to.
    private final CompletableFuture<Optional<DevStackFailure>> ending = new CompletableFuture<>();

    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private Launcher(Map<String, String> environment, PrintStream out) {
        this.environment = new Environment(environment);
        this.out = out;
    }

    /// Exits with 0 after Ctrl-C or SIGTERM, otherwise with 1.
    public static void main(String[] arguments) {
        Launcher launcher = new Launcher(System.getenv(), System.out);
        Runtime.getRuntime().addShutdownHook(new Thread(launcher::endAndHalt, "end"));
        int code = FAILED;
        try {
            code = launcher.run();
        } finally {
            launcher.exitCode.complete(code);
        }
        System.exit(code);
    }

    /// Runs when the JVM is told to end. The launcher's own thread takes everything down on its way
    /// out; being told to end is no failure, so the exit code is not the signal's.
    private void endAndHalt() {
        end(Optional.empty());
        int code =
                exitCode.completeOnTimeout(FAILED, END_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
        Runtime.getRuntime().halt(code);
    }

    private void end(Optional<DevStackFailure> why) {
        if (ending.complete(why)) {
            thread.interrupt();
        }
    }

    private int run() {
        try {
            runUntilTheEnd();
        } catch (DevStackFailure e) {
            // When the end was wanted already, this is only the interruption that it caused.
            ending.complete(Optional.of(e));
        }
        Optional<DevStackFailure> why = ending.join();
        out.println(why.map(DevStackFailure::getMessage).orElse("Everything is stopped."));
        return why.isPresent() ? FAILED : 0;
    }

    private void runUntilTheEnd() {
        DevStackSettings settings = DevStackSettings.fromEnvironment(environment.variables());
        int commandPort = environment.port("COMMAND_PORT", COMMAND_PORT);
        int queryPort = environment.port("QUERY_PORT", QUERY_PORT);
        try (DevStack stack = DevStack.in(settings)) {
            stack.data()
                    .stopped()
                    .forEach(left -> out.println("Stopped, left by an earlier run: " + left));
            ServerProcess.requireFree("order-command", commandPort, "COMMAND_PORT");
            ServerProcess.requireFree("order-query", queryPort, "QUERY_PORT");

            out.println("Starting the servers ...");
            stack.startServers();
            endWhenOneDies(stack.servers());

            ServiceProcess command =
                    service(
                            stack,
                            "order-command",
                            stack.commandEnvironment(),
                            commandPort,
                            "COMMAND");
            ServiceProcess query =
                    service(stack, "order-query", stack.queryEnvironment(), queryPort, "QUERY");
            List<ServiceProcess> services = List.of(command, query);
            out.printf("Servers ready after %s. Starting the services ...%n", sinceStart());
            try {
                InParallel.start(services);
                endWhenOneDies(services);
                out.print(Report.of(stack, command, query, sinceStart()));
                ending.join();
            } finally {
                out.printf("%nStopping ...%n");
                InParallel.stop(services);
            }
        }
    }

    private ServiceProcess service(
            DevStack stack,
            String name,
            Map<String, String> variables,
            int port,
            String settingsPrefix) {
        Path runnable =
                environment
                        .text(settingsPrefix + "_RUNNABLE")
                        .map(Path::of)
                        .orElseGet(() -> builtJar(stack, name));
        return new ServiceProcess(
                name, runnable, variables, port, settingsPrefix + "_PORT", stack.data().log(name));
    }

    private static Path builtJar(DevStack stack, String module) {
        return stack.target()
                .project()
                .resolve(module)
                .resolve("target/quarkus-app/quarkus-run.jar");
    }

    private void endWhenOneDies(List<? extends ServerProcess> processes) {
        for (ServerProcess process : processes) {
            var _ = process.death().thenAccept(failure -> end(Optional.of(failure)));
        }
    }

    private String sinceStart() {
        Instant start =
                environment
                        .text("START_EPOCH_MS")
                        .map(Long::parseLong)
                        .map(Instant::ofEpochMilli)
                        .or(() -> ProcessHandle.current().info().startInstant())
                        .orElseThrow();
        return "%.1f s".formatted(Duration.between(start, Instant.now()).toMillis() / 1000.0);
    }
}
