package orders.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;

/// Both services and their servers, each a process of its own, on empty stores.
final class SystemUnderTest implements AutoCloseable {

    private static final Path FOLDER = Path.of("target", "bench", "system").toAbsolutePath();

    private static final int LOOK_AGAIN_MS = 200;

    private final DevStack stack;
    private final ServiceProcess query;
    private final ServiceProcess command;
    private final HttpClient http = HttpClient.newHttpClient();

    SystemUnderTest() {
        Folders.delete(FOLDER);
        stack = DevStack.start(DevStackSettings.temporary(FOLDER));
        query = service("order-query", stack.queryEnvironment());
        command = service("order-command", stack.commandEnvironment());
    }

    /// Starts both services.
    void start() {
        command.start();
        query.start();
    }

    /// Where commands are sent.
    URI commandUri() {
        return command.uri();
    }

    /// Where Kafka's clients connect.
    String kafka() {
        return stack.bootstrapServers();
    }

    /// The write database: `postgresql://...`, and who may write.
    String databaseUrl() {
        return stack.commandEnvironment().get("ORDERS_DATABASE_URL");
    }

    String databaseUser() {
        return stack.commandEnvironment().get("ORDERS_DATABASE_USERNAME");
    }

    String databasePassword() {
        return stack.commandEnvironment().get("ORDERS_DATABASE_PASSWORD");
    }

    /// Stops the read side, so that the write side has the machine.
    void stopQuery() {
        query.stop();
    }

    /// Waits until the read side has caught up, so that the next figure does not pay for the last.
    /// Answers how long that took.
    Duration awaitReadSide() throws InterruptedException {
        long start = System.nanoTime();
        HttpRequest projections =
                HttpRequest.newBuilder(query.uri().resolve("/projections")).build();
        while (lag(projections) > 0) {
            Thread.sleep(LOOK_AGAIN_MS);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private long lag(HttpRequest projections) throws InterruptedException {
        try {
            String answer = http.send(projections, BodyHandlers.ofString()).body();
            long lag = 0;
            for (Object projection : new JsonObject(answer).getJsonArray("items")) {
                JsonObject known = ((JsonObject) projection).getJsonObject("lag");
                lag += known == null ? 0 : known.getLong("events", 0L);
            }
            return lag;
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    @Override
    public void close() {
        try (stack) {
            command.stop();
            query.stop();
        }
    }

    private static ServiceProcess service(String name, Map<String, String> environment) {
        return ServiceProcess.of(
                name,
                Path.of(name, "target", "quarkus-app", "quarkus-run.jar").toAbsolutePath(),
                environment,
                0,
                FOLDER.resolve(name + ".log"));
    }
}
