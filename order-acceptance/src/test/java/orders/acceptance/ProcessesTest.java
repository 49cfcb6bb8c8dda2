package orders.acceptance;

import static io.restassured.RestAssured.given;
import static orders.acceptance.RunningSystem.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What who runs the services can rely on: how they start, and how they end.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class ProcessesTest {

    private static final int LONGEST_RUN_SECONDS = 60;

    /// How a process ended, and what it said.
    private record Ended(int code, List<String> lines) {}

    private final RunningSystem system;

    ProcessesTest(RunningSystem system) {
        this.system = system;
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void it_says_its_version(String service) throws Exception {
        Ended ended = run(service, Map.of(), "--version");

        String version = System.getProperty("project.version");
        assertEquals(new Ended(0, List.of(service + " " + version)), ended);
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void a_setting_that_it_cannot_use_ends_it_with_one_line(String service) throws Exception {
        assertCannotStart(
                service, Map.of("QUARKUS_HTTP_PORT", "eighty"), "property quarkus.http.port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void it_does_not_serve_everybody_on_other_addresses_by_mistake(String service)
            throws Exception {
        Ended ended = run(service, Map.of("QUARKUS_HTTP_HOST", "0.0.0.0"));

        String last = ended.lines().getLast();
        assertEquals(1, ended.code());
        assertTrue(last.contains("set QUARKUS_OIDC_AUTH_SERVER_URL to the issuer"), last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void a_database_that_refuses_it_ends_it_with_one_line(String service) throws Exception {
        assertCannotStart(
                service,
                Map.of("ORDERS_DATABASE_PASSWORD", "wrong"),
                "password authentication failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void a_migration_ends_by_itself(String service) throws Exception {
        Ended ended = run(service, Map.of("QUARKUS_INIT_AND_EXIT", "true"));

        assertEquals(0, ended.code(), ended.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-command", "order-query"})
    void told_to_stop_it_ends_with_0(String service) {
        ServiceProcess instance = another(service, "stopped");
        instance.start();
        try {
            given().baseUri(instance.uri().toString()).get("/q/health").then().statusCode(200);
            if (service.equals("order-command")) {
                given().baseUri(instance.uri().toString())
                        .contentType(ContentType.JSON)
                        .body(Api.twoCups(unique("order"), unique("customer")))
                        .post("/orders")
                        .then()
                        .statusCode(202);
            }
        } finally {
            instance.stop();
        }

        assertEquals(0, instance.exitCode());
    }

    /// One more instance, deployed as in production: somebody else has made the schema.
    private ServiceProcess another(String service, String name) {
        return system.another(
                service,
                service + "-" + name,
                Map.of(
                        "QUARKUS_FLYWAY_MIGRATE_AT_START", "false",
                        "QUARKUS_FLYWAY_VALIDATE_AT_START", "true"));
    }

    private void assertCannotStart(String service, Map<String, String> settings, String why)
            throws Exception {
        Ended ended = run(service, settings);

        String last = ended.lines().getLast();
        assertEquals(1, ended.code());
        assertTrue(last.startsWith(service + " cannot start: ") && last.contains(why), last);
        assertFalse(
                ended.lines().stream().anyMatch(line -> line.startsWith("\tat ")),
                () -> String.join("\n", ended.lines()));
    }

    private Ended run(String service, Map<String, String> settings, String... arguments)
            throws IOException, InterruptedException {
        Path runnable = TestFolder.runnable(service);
        List<String> command = new ArrayList<>();
        if (runnable.toString().endsWith(".jar")) {
            command.addAll(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "--sun-misc-unsafe-memory-access=allow",
                            "-jar"));
        }
        command.add(runnable.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Java would say on the output that it has read them.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(system.environment(service, withAnyPort(settings)));
        Process process = builder.start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = output.lines().toList();
            assertTrue(process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS));
            return new Ended(process.exitValue(), lines);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Map<String, String> withAnyPort(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.putIfAbsent("QUARKUS_HTTP_PORT", "0");
        return environment;
    }
}
