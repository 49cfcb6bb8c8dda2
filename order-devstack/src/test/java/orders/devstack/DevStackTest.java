package orders.devstack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The running stack: what it keeps, and who may open what.
class DevStackTest {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String INVALID_PASSWORD = "28P01";

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir static Path folder;

    static DevStack stack;
    static Clients clients;

    @BeforeAll
    static void start() throws Exception {
        stack = DevStack.start(DevStackSettings.temporary(folder).withElasticsearch());
        clients = new Clients(stack);
        clients.createTopic();
        clients.createTable();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void kafka_keeps_records_and_port_over_stop_and_start() throws Exception {
        String text = unique();
        clients.writeToKafka(text);

        restartGracefully(stack.kafka());

        assertTrue(clients.readFromKafka().contains(text));
    }

    @Test
    void kafka_keeps_records_and_port_when_killed() throws Exception {
        String text = unique();
        clients.writeToKafka(text);

        killAndStart(stack.kafka());

        assertTrue(clients.readFromKafka().contains(text));
    }

    @Test
    void postgres_keeps_rows_and_port_over_stop_and_start() throws Exception {
        String text = unique();
        clients.writeToPostgres(text);

        restartGracefully(stack.postgres());

        assertTrue(clients.readFromPostgres().contains(text));
    }

    @Test
    void postgres_keeps_rows_and_port_when_killed() throws Exception {
        String text = unique();
        clients.writeToPostgres(text);

        killAndStart(stack.postgres());

        assertTrue(clients.readFromPostgres().contains(text));
    }

    @Test
    void postgres_recovers_what_was_committed_when_it_is_stopped_immediately() throws Exception {
        String text = unique();
        clients.writeToPostgres(text);

        stack.postgres().stopImmediately();
        assertFalse(stack.postgres().isRunning());
        stack.postgres().start();

        assertTrue(clients.readFromPostgres().contains(text));
        assertTrue(Files.readString(stack.postgres().log()).contains("immediate shutdown request"));
    }

    @Test
    void mongo_keeps_its_port_and_nothing_else_when_it_is_killed() {
        clients.writeToMongo(unique());

        killAndStart(stack.mongo());

        assertEquals(List.of(), clients.readFromMongo());
    }

    @Test
    void elasticsearch_keeps_documents_and_port_over_stop_and_start() throws Exception {
        String text = unique();
        clients.writeToElasticsearch(text);

        restartGracefully(stack.elasticsearch());

        assertTrue(clients.isInElasticsearch(text));
    }

    @Test
    void elasticsearch_keeps_documents_and_port_when_killed() throws Exception {
        String text = unique();
        clients.writeToElasticsearch(text);

        killAndStart(stack.elasticsearch());

        assertTrue(clients.isInElasticsearch(text));
    }

    @Test
    void neither_role_can_open_the_other_ones_database() {
        Map<String, String> command = stack.commandEnvironment();
        Map<String, String> query = stack.queryEnvironment();

        assertRefused(command, query.get("ORDERS_DATABASE_URL"));
        assertRefused(query, command.get("ORDERS_DATABASE_URL"));
        assertRefused(
                command, command.get("ORDERS_DATABASE_URL").replace("orders_write", "postgres"));
    }

    @Test
    void a_wrong_password_is_refused() {
        Map<String, String> guess = new HashMap<>(stack.commandEnvironment());
        guess.put("ORDERS_DATABASE_PASSWORD", "guess");

        SQLException refused = assertThrows(SQLException.class, () -> Clients.connect(guess));

        assertEquals(INVALID_PASSWORD, refused.getSQLState());
    }

    @Test
    void only_the_owner_can_read_the_passwords() throws Exception {
        Path file = folder.resolve("postgres/passwords.properties");

        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void another_stack_in_the_same_folder_is_refused() {
        DevStackFailure refused =
                assertThrows(
                        DevStackFailure.class,
                        () -> DevStack.start(DevStackSettings.temporary(folder)));

        assertTrue(refused.getMessage().contains("is in use by process"), refused.getMessage());
    }

    @Test
    void close_leaves_no_process_and_the_data_can_be_served_from_other_ports(
            @TempDir Path otherFolder) throws Exception {
        Set<ProcessHandle> before = children();
        Set<ProcessHandle> started;
        String text = unique();
        try (DevStack other = DevStack.start(DevStackSettings.temporary(otherFolder))) {
            started = children();
            started.removeAll(before);
            Clients otherClients = new Clients(other);
            otherClients.createTopic();
            otherClients.createTable();
            otherClients.writeToKafka(text);
            otherClients.writeToPostgres(text);
        }
        // PostgreSQL of the other stack may have had a short-lived worker just then.
        await().atMost(DEADLINE).until(() -> started.stream().noneMatch(ProcessHandle::isAlive));

        try (DevStack other = DevStack.start(DevStackSettings.temporary(otherFolder))) {
            Clients otherClients = new Clients(other);
            assertEquals(List.of(text), otherClients.readFromKafka());
            assertEquals(List.of(text), otherClients.readFromPostgres());
        }
    }

    private static void assertRefused(Map<String, String> role, String url) {
        Map<String, String> environment = new HashMap<>(role);
        environment.put("ORDERS_DATABASE_URL", url);
        SQLException refused = assertThrows(SQLException.class, () -> Clients.connect(environment));
        assertEquals(INSUFFICIENT_PRIVILEGE, refused.getSQLState());
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    private static void restartGracefully(ServerProcess server) {
        int port = server.port();
        long pid = server.pid();
        server.stop();
        assertFalse(server.isRunning());
        server.start();
        assertEquals(port, server.port());
        assertTrue(server.pid() != pid && server.isRunning());
    }

    private static void killAndStart(ServerProcess server) {
        int port = server.port();
        server.kill();
        assertFalse(server.isRunning());
        server.start();
        assertEquals(port, server.port());
    }

    private static String unique() {
        return UUID.randomUUID().toString();
    }
}
