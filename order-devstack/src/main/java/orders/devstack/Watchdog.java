package orders.devstack;

import java.io.IOException;
import java.util.List;

/// Ends a process when this JVM is gone, however it went: a tiny shell waits for the end of a pipe
/// whose other end only this JVM holds.
final class Watchdog {

    private static final String SCRIPT =
            """
            read -r _
            kill -s "$2" "$1" 2>/dev/null || exit 0
            for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 "$1" 2>/dev/null || exit 0; done
            kill -s KILL "$1"
            """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    static Watchdog over(long pid, String signal) throws IOException {
        List<String> command = List.of("sh", "-c", SCRIPT, "watchdog", Long.toString(pid), signal);
        return new Watchdog(
                new ProcessBuilder(Shell.inOwnSession(command))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    void dismiss() {
        shell.destroyForcibly().onExit().join();
    }
}
