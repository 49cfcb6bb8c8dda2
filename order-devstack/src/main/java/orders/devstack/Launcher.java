package orders.devstack;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The whole system on this machine: the servers, then both services. It says where everything is, and waits for
/// Ctrl-C, or for the unexpected end of a process. Either way it stops everything before it ends.
///
/// Beside the settings of [DevStackSettings#fromEnvironment] it knows `COMMAND_PORT` (8080), `QUERY_PORT`
/// (8081) and `START_EPOCH_MS`, from when on the start is timed.
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
        System.exit(launcher.run());
    }

    /// Runs when the JVM is told to end. The launcher's own thread takes everything down on its way out; being
    /// told to end is no failure, so the exit code is not the signal's.
    private void endAndHalt() {
        end(Optional.empty());
        Runtime.getRuntime()
                .halt(
                        exitCode.completeOnTimeout(
                                        FAILED, END_WITHIN.toSeconds(), TimeUnit.SECONDS)
                                .join());
    }

    private void end(Optional<DevStackFailure> why) {
        if (ending.complete(why)) {
            thread.interrupt();
        }
    }

    private int run() {
        int code = FAILED;
        try {
            runUntilTheEnd();
        } catch (DevStackFailure e) {
            // When the end was wanted, this is only the interruption that it caused.
            ending.complete(Optional.of(e));
        } finally {
            Optional<DevStackFailure> why = ending.getNow(Optional.empty());
            why.ifPresent(failure -> out.printf("%n%s%n%n", failure.getMessage()));
            out.println("Everything is stopped.");
            code = why.isPresent() || !ending.isDone() ? FAILED : 0;
            exitCode.complete(code);
        }
        return code;
    }

    private void runUntilTheEnd() {
        DevStackSettings settings = DevStackSettings.fromEnvironment(environment.variables());
        int commandPort = environment.port("COMMAND_PORT", COMMAND_PORT);
        int queryPort = environment.port("QUERY_PORT", QUERY_PORT);
        ServerProcess.requireFree("order-command", commandPort, "COMMAND_PORT");
        ServerProcess.requireFree("order-query", queryPort, "QUERY_PORT");
        out.println("Starting the servers ...");
        try (DevStack stack = DevStack.start(settings)) {
            sayWhatWasLeft(stack);
            endWhenOneDies(stack.servers());
            List<ServiceProcess> services =
                    List.of(
                            service(
                                    stack,
                                    "order-command",
                                    stack.commandEnvironment(),
                                    commandPort,
                                    "COMMAND_PORT"),
                            service(
                                    stack,
                                    "order-query",
                                    stack.queryEnvironment(),
                                    queryPort,
                                    "QUERY_PORT"));
            out.printf("Servers are ready after %s. Starting the services ...%n", sinceStart());
            try {
                InParallel.start(services);
                endWhenOneDies(services);
                out.print(report(stack, services));
                ending.join();
            } finally {
                out.printf("%nStopping ...%n");
                InParallel.stop(services);
            }
        }
    }

    private void sayWhatWasLeft(DevStack stack) {
        List<String> left = stack.data().stopped();
        if (!left.isEmpty()) {
            out.printf("Stopped what an earlier run had left: %s%n", String.join(", ", left));
        }
    }

    private void endWhenOneDies(List<? extends ServerProcess> processes) {
        processes.forEach(
                process -> process.death().thenAccept(failure -> end(Optional.of(failure))));
    }
}
