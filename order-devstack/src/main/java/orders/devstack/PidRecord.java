package orders.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A file that says which process runs, when it started (a pid alone may be someone else's by now)
/// and which signal ends it gracefully. It stands beside the process's log.
record PidRecord(long pid, Instant started, String signal) {

    static final String EXTENSION = ".pid";

    private static final Duration TOLERANCE = Duration.ofSeconds(3);

    static Path beside(Path log) {
        return log.resolveSibling(
                log.getFileName().toString().replaceFirst("\\.log$", "") + EXTENSION);
    }

    static PidRecord of(ProcessHandle process, String signal) {
        return new PidRecord(process.pid(), startOf(process), signal);
    }

    static PidRecord read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return new PidRecord(
                Long.parseLong(lines.get(0)), Instant.parse(lines.get(1)), lines.get(2));
    }

    void write(Path file) throws IOException {
        Files.writeString(file, "%d\n%s\n%s\n".formatted(pid, started, signal));
    }

    /// The process, when it is alive and really the one that was recorded. One that has ended and
    /// only waits for its parent to ask how (a zombie) has no command any more.
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(process -> process.isAlive() && process.info().command().isPresent())
                .filter(process ->
                        Duration.between(startOf(process), started).abs().compareTo(TOLERANCE) < 0);
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
