package orders.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import orders.bench.ReadLimits.Throughput;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;

/// Both services and their servers, each a process of its own, on empty stores.
final class SystemUnderTest implements AutoCloseable {

    private static final Path FOLDER = Path.of("target", "bench", "system").toAbsolutePath();

    private static final String NATIVE = "native";
    private static final String FORM = System.getProperty("form", "JVM");
    private static final int LOOK_AGAIN_MS = 200;

    private final DevStack stack;
    private ServiceProcess query;
    private final ServiceProcess command;
    private final HttpClient http = HttpClient.newHttpClient();

    SystemUnderTest() {
        stack = DevStack.start(DevStackSettings.emptied(FOLDER));
        query = service("order-query", stack.queryEnvironment());
        command = service("order-command", stack.commandEnvironment());
    }

    /// What the services run as, by `-Dform=native` or a JVM.
    static String form() {
        return FORM;
    }

    /// Starts both services.
    void start() {
        command.start();
        query.start();
    }

    /// Starts both services, the read side with these settings besides its own.
    void start(Map<String, String> settings) {
        command.start();
        restartQuery(settings);
    }

    /// Where commands are sent.
    URI commandUri() {
        return command.uri();
    }

    /// Where reads are sent, until the read side is started again.
    URI queryUri() {
        return query.uri();
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

    /// The read database, for a program of its own.
    Connection readDatabase() throws SQLException {
        Map<String, String> environment = stack.queryEnvironment();
        return DriverManager.getConnection(
                "jdbc:" + environment.get("ORDERS_DATABASE_URL"),
                environment.get("ORDERS_DATABASE_USERNAME"),
                environment.get("ORDERS_DATABASE_PASSWORD"));
    }

    /// How fast the documents of a read model are written once more.
    Throughput upserted(String projection) {
        return BulkUpserts.copied(
                stack.queryEnvironment().get("QUARKUS_MONGODB_CONNECTION_STRING"),
                stack.queryEnvironment().get("QUARKUS_MONGODB_DATABASE"),
                projection.replace('-', '_')
                        + "_g"
                        + projection(projection).getInteger("generation"));
    }

    /// Starts the read side again, with these settings besides its own.
    void restartQuery(Map<String, String> settings) {
        query.stop();
        Map<String, String> environment = new HashMap<>(stack.queryEnvironment());
        environment.putAll(settings);
        query = service("order-query", environment);
        query.start();
    }

    /// Stops the read side, so that the write side has the machine.
    void stopQuery() {
        query.stop();
    }

    /// Waits until the read side has caught up, so that the next figure does not pay for the last.
    /// Answers how long that took.
    Duration awaitReadSide() throws InterruptedException {
        return await(() ->
                read("/projections").getJsonArray("items").stream()
                        .allMatch(projection -> isCaughtUp((JsonObject) projection)));
    }

    /// As above, when no others are enabled.
    Duration awaitProjections(String... names) throws InterruptedException {
        return await(
                () -> Stream.of(names).map(this::projection).allMatch(SystemUnderTest::isCaughtUp));
    }

    /// What the read side says of a projection.
    JsonObject projection(String name) {
        return read("/projections/" + name);
    }

    /// What the read side answers.
    JsonObject read(String path) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(query.uri().resolve(path)));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    /// Asks for a rebuild. Answers the status.
    int rebuild(String projection) {
        URI uri = query.uri().resolve("/projections/" + projection + "/rebuild");
        return send(HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody())).statusCode();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Duration await(BooleanSupplier isDone) throws InterruptedException {
        long start = System.nanoTime();
        while (!isDone.getAsBoolean()) {
            Thread.sleep(LOOK_AGAIN_MS);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// One that is stopped may go on: a store that has too much to do is waited for.
    private static boolean isCaughtUp(JsonObject projection) {
        if (projection.getInteger("deadLetters") > 0) {
            throw new IllegalStateException("not all was applied: " + projection.encode());
        }
        JsonObject lag = projection.getJsonObject("lag");
        return !projection.getString("state").equals("STOPPED")
                && (lag == null || lag.getLong("events", 0L) == 0);
    }

    @Override
    public void close() {
        try (stack) {
            command.stop();
            query.stop();
        }
    }

    private static ServiceProcess service(String name, Map<String, String> environment) {
        String runnable = FORM.equals(NATIVE) ? name + "-runner" : "quarkus-app/quarkus-run.jar";
        return ServiceProcess.of(
                name,
                Path.of(name, "target", runnable),
                environment,
                0,
                FOLDER.resolve(name + ".log"));
    }
}
