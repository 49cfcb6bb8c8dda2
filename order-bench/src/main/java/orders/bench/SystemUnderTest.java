package orders.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import orders.acceptance.http.Answer;
import orders.acceptance.http.RetryingClient;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Both services and their servers, each a process of its own, on empty stores.
final class SystemUnderTest implements AutoCloseable {

    /// What the services run as, by `-Dform=native` or a JVM.
    static final String FORM = System.getProperty("form", "JVM");

    private static final Path FOLDER = Path.of("target", "bench", "system").toAbsolutePath();
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DevStack stack = DevStack.start(DevStackSettings.emptied(FOLDER));
    private final ServiceProcess command = service("order-command", stack.commandEnvironment());
    private ServiceProcess query = service("order-query", stack.queryEnvironment());
    private RetryingClient reads;

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

    /// A bare consumer of all partitions of a topic.
    KafkaConsumer<byte[], byte[]> consumer(String topic) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka(),
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                10_000),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList());
        return consumer;
    }

    /// The database of order-command, for a program of its own.
    Connection writeDatabase() throws SQLException {
        return connection(stack.commandEnvironment());
    }

    /// The database of order-query.
    Connection readDatabase() throws SQLException {
        return connection(stack.queryEnvironment());
    }

    private static Connection connection(Map<String, String> environment) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + environment.get("ORDERS_DATABASE_URL"),
                environment.get("ORDERS_DATABASE_USERNAME"),
                environment.get("ORDERS_DATABASE_PASSWORD"));
    }

    /// What order-query knows by an environment variable.
    String setting(String variable) {
        return stack.queryEnvironment().get(variable);
    }

    /// Starts the read side again, with these settings besides its own.
    void restartQuery(Map<String, String> settings) {
        query.stop();
        Map<String, String> environment = new HashMap<>(stack.queryEnvironment());
        environment.putAll(settings);
        query = service("order-query", environment);
        query.start();
        reads = new RetryingClient(query.uri(), PATIENCE);
    }

    /// Stops the read side, so that the write side has the machine.
    void stopQuery() {
        query.stop();
    }

    /// Waits until these read models, which are all that run, have caught up, so that the next
    /// figure does not pay for the last; without any, waits for all that there are. Answers how
    /// many seconds that took.
    double awaitReadSide(String... projections) throws InterruptedException {
        long start = System.nanoTime();
        while (!isCaughtUp(projections)) {
            Thread.sleep(PAUSE);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private boolean isCaughtUp(String... projections) {
        if (projections.length > 0) {
            return Stream.of(projections).map(this::projection).allMatch(this::isCaughtUp);
        }
        return read("/projections").required("items").valueStream().allMatch(this::isCaughtUp);
    }

    /// One that is stopped may go on: a store that has too much to do is waited for.
    private boolean isCaughtUp(JsonNode projection) {
        if (projection.required("deadLetters").asLong() > 0) {
            throw new IllegalStateException("not all was applied: " + projection);
        }
        return !projection.required("state").asText().equals("STOPPED")
                && projection.path("lag").path("events").asLong() == 0;
    }

    /// What the read side says of a projection.
    JsonNode projection(String name) {
        return read("/projections/" + name);
    }

    /// What the read side answers.
    JsonNode read(String path) {
        return body(path, reads.get(path, Map.of()));
    }

    /// Asks for a rebuild.
    void rebuild(String projection) {
        String path = "/projections/" + projection + "/rebuild";
        var _ = body(path, reads.post(path, JsonNodeFactory.instance.objectNode()));
    }

    private static JsonNode body(String path, Answer answer) {
        if (!answer.isSuccess()) {
            throw new IllegalStateException(
                    "%s answered %s %s".formatted(path, answer.kind(), answer.detail()));
        }
        return answer.body();
    }

    @Override
    public void close() {
        try (stack) {
            command.stop();
            query.stop();
        }
    }

    private static ServiceProcess service(String name, Map<String, String> environment) {
        String runnable = FORM.equals("native") ? name + "-runner" : "quarkus-app/quarkus-run.jar";
        return ServiceProcess.of(
                name,
                Path.of(name, "target", runnable),
                environment,
                0,
                FOLDER.resolve(name + ".log"));
    }
}
