package orders.devstack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong is said in words that help, and leaves nothing behind.
class ServerFailureTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration PAUSED_FOR = Duration.ofMillis(500);

    @TempDir Path folder;

    @Test
    void a_taken_port_is_named_with_its_server_and_its_setting_and_the_other_servers_are_stopped()
            throws Exception {
        Set<Long> before = children();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DevStackSettings settings =
                    DevStackSettings.fromEnvironment(
                            Map.of(
                                    "DATA",
                                    folder.toString(),
                                    "KAFKA_PORT",
                                    "0",
                                    "POSTGRES_PORT",
                                    "0",
                                    "ELASTICSEARCH",
                                    "off",
                                    "MONGO_PORT",
                                    Integer.toString(taken.getLocalPort())));

            DevStackFailure failure =
                    assertThrows(DevStackFailure.class, () -> DevStack.start(settings));

            assertTrue(
                    failure.getMessage()
                            .startsWith(
                                    "mongo cannot start: port %d is taken"
                                            .formatted(taken.getLocalPort())),
                    failure.getMessage());
            assertTrue(failure.getMessage().contains("MONGO_PORT"), failure.getMessage());
        }
        await().atMost(DEADLINE).until(() -> before.containsAll(children()));
    }

    @Test
    void an_elasticsearch_that_cannot_start_is_done_without_and_says_why() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = new HashMap<>(DevStackSettingsTest.ALL_EXISTING);
            environment.remove("ELASTICSEARCH_URL");
            environment.put("DATA", folder.toString());
            environment.put("ELASTICSEARCH_PORT", Integer.toString(taken.getLocalPort()));

            try (DevStack stack = DevStack.start(DevStackSettings.fromEnvironment(environment))) {
                assertFalse(stack.queryEnvironment().containsKey("ELASTICSEARCH_URL"));
                DevStackFailure why = assertThrows(DevStackFailure.class, stack::elasticsearch);
                assertTrue(why.getMessage().contains("ELASTICSEARCH_PORT"), why.getMessage());
            }
        }
    }

    @Test
    void a_process_that_dies_at_its_start_is_reported_with_exit_code_and_the_end_of_its_log()
            throws Exception {
        Path doomed =
                FakeService.script(
                        folder.resolve("doomed"), "echo first; echo the disk is on fire; exit 3");
        ServiceProcess service = service(doomed);

        DevStackFailure failure = assertThrows(DevStackFailure.class, service::start);

        assertTrue(failure.getMessage().startsWith("doomed (pid "), failure.getMessage());
        assertTrue(failure.getMessage().contains("exit code 3"), failure.getMessage());
        assertTrue(failure.getMessage().contains("the disk is on fire"), failure.getMessage());
        assertFalse(service.isRunning());
    }

    @Test
    void a_process_that_dies_later_reports_its_death() throws Exception {
        ServiceProcess service = service(FakeService.executable(folder));
        service.start();

        ProcessHandle.of(service.pid()).orElseThrow().destroyForcibly();

        DevStackFailure death = service.death().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertTrue(death.getMessage().contains("exit code 137"), death.getMessage());
    }

    @Test
    void a_process_that_is_stopped_or_killed_by_us_does_not_count_as_dead() throws Exception {
        ServiceProcess service = service(FakeService.executable(folder));
        service.start();
        var first = service.death();
        service.stop();
        service.start();
        var second = service.death();
        service.kill();

        assertFalse(service.isRunning());
        assertFalse(first.isDone() || second.isDone());
    }

    @Test
    void a_process_that_is_paused_answers_nobody_until_it_is_resumed() throws Exception {
        ServiceProcess service = service(FakeService.executable(folder));
        service.start();
        try {
            service.pause();
            var asked = CompletableFuture.supplyAsync(service::notReady);

            assertThrows(
                    TimeoutException.class,
                    () -> asked.get(PAUSED_FOR.toMillis(), TimeUnit.MILLISECONDS));
            assertTrue(service.isRunning());

            service.resume();
            assertEquals(Optional.empty(), asked.get(DEADLINE.toSeconds(), TimeUnit.SECONDS));
        } finally {
            service.kill();
        }
    }

    @Test
    void a_folder_in_use_is_refused_and_free_again_after_close() {
        DataFolder first = DataFolder.open(folder);

        DevStackFailure failure =
                assertThrows(DevStackFailure.class, () -> DataFolder.open(folder));
        first.close();
        DataFolder second = DataFolder.open(folder);
        second.close();

        assertTrue(failure.getMessage().contains("is in use"), failure.getMessage());
    }

    @Test
    void what_a_dead_stack_left_running_is_stopped_by_the_next() throws Exception {
        Process left = new ProcessBuilder("sleep", "600").start();
        Path log = folder.resolve("logs/postgres.log");
        log.getParent().toFile().mkdirs();
        PidRecord.of(left.toHandle(), "TERM").write(PidRecord.beside(log));

        try (DataFolder data = DataFolder.open(folder)) {
            assertEquals(List.of("postgres (pid %d)".formatted(left.pid())), data.stopped());
        }

        assertTrue(left.waitFor(DEADLINE));
    }

    @Test
    void a_process_that_only_has_the_pid_of_a_recorded_one_is_left_alone() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            PidRecord old =
                    new PidRecord(
                            other.pid(),
                            other.info().startInstant().orElseThrow().minusSeconds(60),
                            "TERM");

            assertEquals(Optional.empty(), old.process());
        } finally {
            other.destroyForcibly();
        }
    }

    private ServiceProcess service(Path runnable) {
        return ServiceProcess.of("doomed", runnable, Map.of(), 0, folder.resolve("doomed.log"));
    }

    private static Set<Long> children() {
        return ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }
}
