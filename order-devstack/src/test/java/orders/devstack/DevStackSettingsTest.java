package orders.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Settings from the environment, and existing servers instead of embedded ones.
class DevStackSettingsTest {

    static final Map<String, String> ALL_EXISTING =
            Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092",
                    "ORDERS_COMMAND_DATABASE_URL", "postgresql://db.example/write",
                    "ORDERS_COMMAND_DATABASE_USERNAME", "writer",
                    "ORDERS_COMMAND_DATABASE_PASSWORD", "w-secret",
                    "ORDERS_QUERY_DATABASE_URL", "postgresql://db.example/read",
                    "ORDERS_QUERY_DATABASE_USERNAME", "reader",
                    "ORDERS_QUERY_DATABASE_PASSWORD", "r-secret",
                    "QUARKUS_MONGODB_CONNECTION_STRING", "mongodb://mongo.example",
                    "ELASTICSEARCH_URL", "http://elastic.example:9200");

    @TempDir Path folder;

    @Test
    void existing_servers_are_used_and_nothing_is_started() {
        Map<String, String> environment = new HashMap<>(ALL_EXISTING);
        environment.put("DATA", folder.toString());

        try (DevStack stack = DevStack.start(DevStackSettings.fromEnvironment(environment))) {
            assertEquals(List.of(), stack.servers());
            assertEquals(
                    Map.of(
                            "ORDERS_DATABASE_URL", "postgresql://db.example/write",
                            "ORDERS_DATABASE_USERNAME", "writer",
                            "ORDERS_DATABASE_PASSWORD", "w-secret",
                            "KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092"),
                    stack.commandEnvironment());
            assertEquals(
                    Map.of(
                            "ORDERS_DATABASE_URL", "postgresql://db.example/read",
                            "ORDERS_DATABASE_USERNAME", "reader",
                            "ORDERS_DATABASE_PASSWORD", "r-secret",
                            "KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9092",
                            "QUARKUS_MONGODB_CONNECTION_STRING", "mongodb://mongo.example",
                            "QUARKUS_MONGODB_DATABASE", "orders",
                            "ELASTICSEARCH_URL", "http://elastic.example:9200"),
                    stack.queryEnvironment());
            assertThrows(DevStackFailure.class, stack::kafka);
        }
    }

    @Test
    void elasticsearch_can_be_switched_off() {
        assertTrue(
                DevStackSettings.fromEnvironment(Map.of("ELASTICSEARCH", "off"))
                        .elasticsearchPort()
                        .isEmpty());
        assertEquals(
                19_200,
                DevStackSettings.fromEnvironment(Map.of()).elasticsearchPort().orElseThrow());
    }

    @Test
    void keycloak_is_embedded_when_it_is_asked_for() {
        assertTrue(DevStackSettings.fromEnvironment(Map.of()).keycloakPort().isEmpty());
        assertEquals(
                8_180,
                DevStackSettings.fromEnvironment(Map.of("AUTH", "keycloak"))
                        .keycloakPort()
                        .orElseThrow());
    }

    @Test
    void what_a_setting_does_not_know_is_refused() {
        assertEquals(
                "AUTH must be 'keycloak', not 'on'", refused(Map.of("AUTH", "on")).getMessage());
        assertEquals(
                "CLICKHOUSE must be 'embedded', not 'on'",
                refused(Map.of("CLICKHOUSE", "on")).getMessage());
    }

    @Test
    void one_existing_database_without_the_other_is_refused() {
        Map<String, String> environment = new HashMap<>(ALL_EXISTING);
        environment.remove("ORDERS_QUERY_DATABASE_URL");

        DevStackFailure failure = refused(environment);

        assertTrue(failure.getMessage().contains("ORDERS_QUERY_DATABASE_URL"));
    }

    @Test
    void an_existing_database_needs_its_password() {
        Map<String, String> environment = new HashMap<>(ALL_EXISTING);
        environment.remove("ORDERS_COMMAND_DATABASE_PASSWORD");

        assertEquals(
                "ORDERS_COMMAND_DATABASE_PASSWORD must be set", refused(environment).getMessage());
    }

    @Test
    void a_port_that_is_none_is_refused_by_the_name_of_its_setting() {
        for (String wrong : List.of("-1", "65536", "http")) {
            assertTrue(refused(Map.of("KAFKA_PORT", wrong)).getMessage().startsWith("KAFKA_PORT "));
        }
    }

    @Test
    void passwords_do_not_show_when_settings_are_printed() {
        String printed = DevStackSettings.fromEnvironment(ALL_EXISTING).toString();

        assertFalse(printed.contains("secret"), printed);
    }

    private static DevStackFailure refused(Map<String, String> environment) {
        return assertThrows(
                DevStackFailure.class, () -> DevStackSettings.fromEnvironment(environment));
    }
}
