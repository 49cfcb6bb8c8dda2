package orders.devstack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Short commands, and which of them this machine has.
final class Shell {

    private static final Duration SOON = Duration.ofSeconds(60);

    record Result(int exitCode, String output) {

        boolean isSuccess() {
            return exitCode == 0;
        }
    }

    private Shell() {}

    /// Runs a command to its end; its output and errors are one text.
    static Result run(List<String> command, Map<String, String> environment) {
        return run(command, environment, SOON);
    }

    static Result run(List<String> command, Map<String, String> environment, Duration atMost) {
        try {
            Path output = Files.createTempFile("devstack", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                return awaitEnd(builder.start(), output, atMost);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new DevStackFailure("Cannot run " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevStackFailure("Interrupted in " + command.getFirst(), e);
        }
    }

    private static Result awaitEnd(Process process, Path output, Duration atMost)
            throws IOException, InterruptedException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(atMost)) {
                throw new DevStackFailure(
                        "%s did not end within %d s"
                                .formatted(
                                        process.info().command().orElse("A command"),
                                        atMost.toSeconds()));
            }
            return new Result(
                    process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    static void signal(long pid, String signal) {
        run(
                List.of("sh", "-c", "kill -s \"$1\" \"$2\"", "kill", signal, Long.toString(pid)),
                Map.of());
    }

    static boolean has(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// The same command in a session of its own, so that Ctrl-C in the terminal does not reach it.
    /// Its pid is the one of the process that is started. Where there is no `setsid` (macOS), the
    /// command as it is.
    static List<String> inOwnSession(List<String> command) {
        if (!has("setsid")) {
            return command;
        }
        List<String> whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(command);
        return whole;
    }
}
