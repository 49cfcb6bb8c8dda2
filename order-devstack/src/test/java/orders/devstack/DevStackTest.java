package orders.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The running stack: what it keeps, and who may open what.
class DevStackTest {

    @TempDir static Path folder;

    static DevStack stack;
    static Clients clients;

    @BeforeAll
    static void start() throws Exception {
        stack = DevStack.start(DevStackSettings.temporary(folder));
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
    void mongo_keeps_documents_and_port_over_stop_and_start() {
        String text = unique();
        clients.writeToMongo(text);

        restartGracefully(stack.mongo());

        assertTrue(clients.readFromMongo().contains(text));
    }

    @Test
    void mongo_keeps_documents_and_port_when_killed() {
        String text = unique();
        clients.writeToMongo(text);

        killAndStart(stack.mongo());

        assertTrue(clients.readFromMongo().contains(text));
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
