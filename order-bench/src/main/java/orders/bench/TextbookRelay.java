package orders.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/// The relay of the textbooks, as a yardstick and for nothing else: it polls every 10 ms with `for
/// update skip locked`, sends what it finds, waits, deletes and commits. (Two of them would break
/// the order of an aggregate's events.)
final class TextbookRelay implements AutoCloseable {

    private static final int BATCH = 1_000;
    private static final int PAUSE_MS = 10;

    private static final String CLAIM =
            """
            select position, aggregateid, payload, correlation_id from bench.outbox
            order by position limit %d for update skip locked
            """
                    .formatted(BATCH);

    private final Connection database;
    private final KafkaProducer<String, String> kafka;
    private final String topic;
    private final Thread thread;
    private volatile boolean isEnding;

    TextbookRelay(SystemUnderTest system, String topic) throws SQLException {
        this.topic = topic;
        this.kafka = RawLimits.producer(system.kafka());
        this.database =
                DriverManager.getConnection(
                        "jdbc:" + system.databaseUrl(),
                        system.databaseUser(),
                        system.databasePassword());
        database.setAutoCommit(false);
        this.thread = Thread.ofPlatform().name("textbook-relay").start(this::relay);
    }

    @Override
    public void close() throws SQLException {
        isEnding = true;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        kafka.close();
        database.close();
    }

    private void relay() {
        try {
            while (!isEnding) {
                if (round() < BATCH) {
                    Thread.sleep(PAUSE_MS);
                }
            }
        } catch (SQLException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private int round() throws SQLException {
        List<Long> positions = new ArrayList<>();
        try (Statement statement = database.createStatement()) {
            try (ResultSet rows = statement.executeQuery(CLAIM)) {
                while (rows.next()) {
                    positions.add(rows.getLong(1));
                    var message = new ProducerRecord<>(topic, rows.getString(2), rows.getString(3));
                    message.headers().add(new RecordHeader("correlation-id", rows.getBytes(4)));
                    var _ = kafka.send(message);
                }
            }
            kafka.flush();
            if (!positions.isEmpty()) {
                statement.executeUpdate(
                        positions.stream()
                                .map(String::valueOf)
                                .collect(
                                        Collectors.joining(
                                                ",",
                                                "delete from bench.outbox where position in (",
                                                ")")));
            }
            database.commit();
        }
        return positions.size();
    }
}
