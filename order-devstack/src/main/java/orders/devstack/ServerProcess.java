package orders.devstack;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A server in a process of its own. It can be started, stopped and killed at any time and keeps
/// its port and its data. It also ends when this JVM does.
public abstract sealed class ServerProcess
        permits EmbeddedServer, KeycloakServer, PostgresServer, ServiceProcess {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final int LOG_LINES = 15;
    private static final long LOG_BYTES = 16_384;

    private final String name;
    private final int port;
    private final String portSetting;
    private final Path log;
    private final Duration stopWithin;

    private volatile Run current;

    /// One life of the process, from a start to its end.
    private final class Run {
        final Process process;
        final CompletableFuture<DevStackFailure> death = new CompletableFuture<>();
        final CompletableFuture<Void> ended;
        volatile boolean endIsExpected;

        Run(Process process, Watchdog watchdog) {
            this.process = process;
            this.ended =
                    process.onExit()
                            .thenAccept(_ -> {
                                watchdog.dismiss();
                                if (!endIsExpected) {
                                    death.complete(died(process));
                                }
                            });
        }
    }

    /// Port 0 is any free one.
    ServerProcess(String name, int port, String portSetting, Path log, Duration stopWithin) {
        this.name = name;
        this.port = port == 0 ? Ports.free() : port;
        this.portSetting = portSetting;
        this.log = log.toAbsolutePath();
        this.stopWithin = stopWithin;
    }

    /// What people call it: `kafka`, `postgres`, `mongo`, `order-command` ...
    public final String name() {
        return name;
    }

    /// The port on loopback, the same over restarts.
    public final int port() {
        return port;
    }

    /// What it prints, over all its starts.
    public final Path log() {
        return log;
    }

    /// The pid of the process that was started last.
    public final long pid() {
        return started().process.pid();
    }

    /// With which code the process that was started last has ended.
    public final int exitCode() {
        return started().process.exitValue();
    }

    /// True from the start of the process to its end, whatever ended it.
    public final boolean isRunning() {
        Run run = current;
        return run != null && run.process.isAlive();
    }

    /// Starts it and returns when it is ready to serve; does nothing when it runs already.
    ///
    /// @throws DevStackFailure when the port is taken, the process dies, or it is not ready in
    ///   time; the message carries the last lines of the log, and nothing is left running
    public final synchronized void start() {
        if (isRunning()) {
            return;
        }
        requireFree(name, port, portSetting);
        try {
            current = launch();
            awaitReady(current);
        } catch (IOException e) {
            kill();
            throw new DevStackFailure(name + " cannot start: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            kill();
            throw e;
        }
    }

    /// Stops it gracefully; kills it when that takes too long. Does nothing when it does not run.
    public final void stop() {
        stop(stopSignal());
    }

    final synchronized void stop(String signal) {
        if (!isRunning()) {
            return;
        }
        Run run = current;
        run.endIsExpected = true;
        Shell.signal(run.process.pid(), signal);
        try {
            if (!run.process.waitFor(stopWithin)) {
                kill();
            }
            run.ended.join();
        } catch (InterruptedException _) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /// Freezes it (SIGSTOP): its connections stay open and nobody answers on them. Its child
    /// processes go on. Does nothing when it does not run.
    public final synchronized void pause() {
        signal("STOP");
    }

    /// Lets it go on where it was frozen (SIGCONT). Does nothing when it does not run.
    public final synchronized void resume() {
        signal("CONT");
    }

    /// Kills it and its child processes at once (SIGKILL). Does nothing when it does not run.
    public final synchronized void kill() {
        if (!isRunning()) {
            return;
        }
        Run run = current;
        run.endIsExpected = true;
        List<ProcessHandle> children = run.process.descendants().toList();
        run.process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        run.ended.join();
    }

    /// Completes when the present run of the process ends without having been asked to: says how,
    /// with the last lines of the log.
    final CompletableFuture<DevStackFailure> death() {
        return started().death;
    }

    /// Brings everything in place that the command needs, and answers it.
    abstract List<String> command() throws IOException;

    Map<String, String> environment() {
        return Map.of();
    }

    String stopSignal() {
        return "TERM";
    }

    /// Empty when the server serves, otherwise what is missing.
    abstract Optional<String> notReady() throws IOException;

    static void requireFree(String name, int port, String portSetting) {
        if (!Ports.isFree(port)) {
            throw new DevStackFailure(
                    "%s cannot start: port %d is taken by another process. Free it, or set %s to another port"
                            .formatted(name, port, portSetting));
        }
    }

    private void signal(String signal) {
        if (isRunning()) {
            Shell.signal(current.process.pid(), signal);
        }
    }

    private Run started() {
        Run run = current;
        if (run == null) {
            throw new DevStackFailure(name + " has not been started");
        }
        return run;
    }

    private Run launch() throws IOException {
        Files.createDirectories(log.getParent());
        ProcessBuilder builder =
                new ProcessBuilder(Shell.inOwnSession(command()))
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment());
        Process process = builder.start();
        try {
            PidRecord.of(process.toHandle(), stopSignal()).write(PidRecord.beside(log));
            return new Run(process, Watchdog.over(process.pid(), stopSignal()));
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void awaitReady(Run run) throws IOException {
        Instant deadline = Instant.now().plus(READY_WITHIN);
        try {
            for (Optional<String> missing = notReady(); missing.isPresent(); missing = notReady()) {
                if (run.process.waitFor(PAUSE)) {
                    throw died(run.process);
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new DevStackFailure(
                            "%s is not ready after %d s: %s. %s"
                                    .formatted(
                                            name,
                                            READY_WITHIN.toSeconds(),
                                            missing.get(),
                                            lastLines()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevStackFailure("Interrupted while waiting for " + name, e);
        }
    }

    private DevStackFailure died(Process process) {
        return new DevStackFailure(
                "%s (pid %d) died with exit code %d. %s"
                        .formatted(name, process.pid(), process.exitValue(), lastLines()));
    }

    private String lastLines() {
        try {
            byte[] bytes;
            try (var file = Files.newByteChannel(log)) {
                file.position(Math.max(0, file.size() - LOG_BYTES));
                bytes = Channels.newInputStream(file).readAllBytes();
            }
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
            return "Last lines of %s:%n  %s"
                    .formatted(log, String.join(System.lineSeparator() + "  ", last));
        } catch (IOException e) {
            return "Its log " + log + " cannot be read: " + e.getMessage();
        }
    }
}
