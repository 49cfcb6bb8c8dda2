package orders.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import orders.model.EventCodec;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// What the machine can do for a read model when nothing else is in the way.
final class ReadLimits {

    private static final Duration POLL = Duration.ofMillis(100);

    private ReadLimits() {}

    /// So many events or rows in that time.
    record Throughput(long count, Duration time) {

        double perSecond() {
            return count * 1e9 / time.toNanos();
        }

        static Throughput since(long start, long count) {
            return new Throughput(count, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// A bare consumer of all orders' events that only counts them.
    static Throughput consumed(String kafka) {
        return consume(kafka, _ -> {});
    }

    /// As above, one that reads what is in them too.
    static Throughput decoded(String kafka) {
        return consume(
                kafka,
                event -> {
                    byte[] type = event.headers().lastHeader(Topics.CE_TYPE).value();
                    var _ =
                            EventCodec.decodeOrderEvent(
                                    new String(type, StandardCharsets.UTF_8), event.value());
                });
    }

    private static Throughput consume(
            String kafka, Consumer<ConsumerRecord<String, byte[]>> consumption) {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka,
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                10_000),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.ORDER_EVENTS).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long events =
                    consumer.endOffsets(partitions).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
            long start = System.nanoTime();
            long read = 0;
            while (read < events) {
                ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
                polled.forEach(consumption);
                read += polled.count();
            }
            return Throughput.since(start, read);
        }
    }

    /// Both, as lines of the report. Answers what was decoded.
    static Throughput addConsumersTo(Report report, String kafka) {
        Throughput consumed = consumed(kafka);
        report.add(
                "bare consumer of %,d events".formatted(consumed.count()),
                "%,.0f events/s",
                consumed.perSecond(),
                "raw limit");
        return decoded(kafka);
    }

    /// Copies all rows of a read model into an empty table.
    ///
    /// @param indexes whether that table has the indexes of the read model
    static Throughput copied(Connection database, String table, boolean indexes)
            throws SQLException, IOException {
        CopyManager copy = database.unwrap(PGConnection.class).getCopyAPI();
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        copy.copyOut("copy %s to stdout".formatted(table), rows);
        try (Statement statement = database.createStatement()) {
            statement.execute(
                    "create table bench_copy (like %s %s)"
                            .formatted(table, indexes ? "including indexes" : ""));
            ByteArrayInputStream input = new ByteArrayInputStream(rows.toByteArray());
            long start = System.nanoTime();
            long copied = copy.copyIn("copy bench_copy from stdin", input);
            Throughput throughput = Throughput.since(start, copied);
            statement.execute("drop table bench_copy");
            return throughput;
        }
    }
}
