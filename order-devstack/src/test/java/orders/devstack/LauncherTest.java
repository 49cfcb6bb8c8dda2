package orders.devstack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher as a process of its own, with real servers and fake services.
class LauncherTest {

    /// Starts sooner.
    private static final Map<String, String> WITHOUT_SEARCH = Map.of("ELASTICSEARCH", "off");

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    // Whoever inherits the children of a dead process may take its time to notice that they have
    // ended.
    private static final Duration GONE_WITHIN = Duration.ofSeconds(60);

    @TempDir Path folder;

    private final List<Process> launchers = new ArrayList<>();

    @AfterEach
    void end() {
        launchers.forEach(Process::destroyForcibly);
    }

    @Test
    void told_to_end_it_stops_everything_and_exits_with_0() throws Exception {
        Process launcher = launch("out");
        awaitReady(launcher, "out");
        List<ProcessHandle> all = launcher.descendants().toList();
        String second = refusedSecondLauncher();

        launcher.destroy();

        assertTrue(launcher.waitFor(END_WITHIN), output("out"));
        assertEquals(0, launcher.exitValue(), output("out"));
        awaitGone(all);
        assertTrue(
                second.contains("is in use by process " + launcher.pid()),
                "a second launcher says who uses the data: " + second);
        assertFalse(output("out").contains(password()), "no password in the output");
    }

    @Test
    void when_a_server_dies_it_says_which_and_why_and_stops_the_rest() throws Exception {
        Process launcher = launch("out", WITHOUT_SEARCH);
        awaitReady(launcher, "out");
        List<ProcessHandle> all = launcher.descendants().toList();

        PidRecord.read(folder.resolve("data/logs/kafka.pid"))
                .process()
                .orElseThrow()
                .destroyForcibly();

        assertTrue(launcher.waitFor(END_WITHIN), output("out"));
        assertEquals(1, launcher.exitValue());
        assertTrue(output("out").contains("kafka (pid "), output("out"));
        assertTrue(output("out").contains("died with exit code 137"), output("out"));
        assertTrue(output("out").contains("Apache Kafka serves on"), "the last lines of its log");
        awaitGone(all);
    }

    @Test
    void when_the_launcher_is_killed_nothing_is_left_running() throws Exception {
        Process launcher = launch("out", WITHOUT_SEARCH);
        awaitReady(launcher, "out");
        List<ProcessHandle> all = launcher.descendants().toList();

        launcher.destroyForcibly();

        awaitGone(all);
    }

    private String refusedSecondLauncher() throws Exception {
        Process second = launch("second");
        assertTrue(second.waitFor(END_WITHIN));
        assertEquals(1, second.exitValue());
        return output("second");
    }

    private Process launch(String output) throws IOException {
        return launch(output, Map.of("ELASTICSEARCH_PORT", "0"));
    }

    private Process launch(String output, Map<String, String> settings) throws IOException {
        String service = FakeService.executable(folder).toString();
        Path target = TargetFolder.find().path();
        ProcessBuilder builder =
                new ProcessBuilder(
                                TargetFolder.javaProgram(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                target.resolve("classes") + ":" + target.resolve("lib") + "/*",
                                Launcher.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(output).toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "DATA", folder.resolve("data").toString(),
                                "KAFKA_PORT", "0",
                                "POSTGRES_PORT", "0",
                                "MONGO_PORT", "0",
                                "COMMAND_PORT", "0",
                                "QUERY_PORT", "0",
                                "COMMAND_RUNNABLE", service,
                                "QUERY_RUNNABLE", service));
        builder.environment().putAll(settings);
        Process launcher = builder.start();
        launchers.add(launcher);
        return launcher;
    }

    private void awaitReady(Process launcher, String output) {
        await().atMost(READY_WITHIN)
                .failFast("it ended", () -> assertTrue(launcher.isAlive(), output(output)))
                .until(() -> output(output).contains("Ctrl-C stops everything"));
    }

    private static void awaitGone(List<ProcessHandle> processes) {
        assertFalse(processes.isEmpty());
        await().atMost(GONE_WITHIN)
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private String output(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String password() throws IOException {
        try (Stream<String> lines =
                Files.lines(folder.resolve("data/postgres/passwords.properties"))) {
            return lines.filter(line -> line.startsWith("order_command="))
                    .map(line -> line.replace("order_command=", ""))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
