package orders.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// How the process ends: with 0 after it was told to and has finished what was in hand; with 1, and
/// one line that says why, when it cannot start.
final class ExitCodes {

    private static final Logger LOG = Logger.getLogger(ExitCodes.class);
    private static final int FAILED = 1;

    /// Longer than everything in hand is given to finish.
    private static final long WITHIN_SECONDS = 30;

    /// Exit codes above it are numbers of signals.
    private static final int SIGNALS = 128;

    private static final CompletableFuture<Integer> CODE = new CompletableFuture<>();

    private ExitCodes() {}

    /// Otherwise a JVM that is told to end exits with the number of the signal.
    static void decideExitCode() {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () ->
                                        Runtime.getRuntime()
                                                .halt(
                                                        CODE.completeOnTimeout(
                                                                        FAILED,
                                                                        WITHIN_SECONDS,
                                                                        TimeUnit.SECONDS)
                                                                .join()),
                                "end"));
    }

    /// What Quarkus calls when it has stopped, and a native executable also when a signal arrives:
    /// then it stops because of the exit.
    static void end(String service, int code, Throwable failure) {
        if (code > SIGNALS) {
            System.exit(0);
        }
        if (code != 0) {
            System.err.printf("%s cannot start: %s%n", service, reason(failure));
            LOG.debug("It cannot start", failure);
        }
        CODE.complete(code);
        System.exit(code);
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null
                ? root.toString()
                : root.getMessage().lines().map(String::strip).collect(Collectors.joining(" "));
    }
}
