package orders.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orders.model.EventCodec;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.bson.Document;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// What the machine can do for a read model when nothing else is in the way.
record ReadLimits(SystemUnderTest system) {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    /// As many as order-query writes in one request.
    private static final int AT_ONCE = 250;

    private static final int MOST_DOCUMENTS = 50_000;

    /// So many events or rows in that time.
    record Throughput(long count, Duration time) {

        double perSecond() {
            return count * 1e9 / time.toNanos();
        }

        static Throughput since(long start, long count) {
            return new Throughput(count, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /// A bare consumer of all orders' events that reads what is in them.
    Throughput decoded() {
        try (KafkaConsumer<byte[], byte[]> consumer = system.consumer(Topics.ORDER_EVENTS)) {
            consumer.seekToBeginning(consumer.assignment());
            long events =
                    consumer.endOffsets(consumer.assignment()).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
            long start = System.nanoTime();
            long read = 0;
            while (read < events) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
                polled.forEach(ReadLimits::decode);
                read += polled.count();
            }
            return Throughput.since(start, read);
        }
    }

    private static void decode(ConsumerRecord<byte[], byte[]> event) {
        byte[] type = event.headers().lastHeader(Topics.CE_TYPE).value();
        var _ =
                EventCodec.decodeOrderEvent(
                        new String(type, StandardCharsets.UTF_8), event.value());
    }

    /// Copies all rows of order-summaries into an empty table with the same indexes. Reading them
    /// does not count.
    Throughput copiedSummaries() throws SQLException, IOException {
        try (Connection database = system.readDatabase();
                Statement statement = database.createStatement()) {
            CopyManager copy = database.unwrap(PGConnection.class).getCopyAPI();
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            copy.copyOut("copy order_summaries to stdout", rows);
            statement.execute("create table bench_copy (like order_summaries including indexes)");
            ByteArrayInputStream input = new ByteArrayInputStream(rows.toByteArray());
            long start = System.nanoTime();
            long copied = copy.copyIn("copy bench_copy from stdin", input);
            Throughput throughput = Throughput.since(start, copied);
            statement.execute("drop table bench_copy");
            return throughput;
        }
    }

    /// Copies documents of order-details into an empty collection, by nothing but bulk upserts.
    /// Reading them does not count.
    Throughput upsertedDetails() {
        try (MongoClient client =
                MongoClients.create(system.setting("QUARKUS_MONGODB_CONNECTION_STRING"))) {
            MongoDatabase database = client.getDatabase(system.setting("QUARKUS_MONGODB_DATABASE"));
            List<ReplaceOneModel<Document>> upserts =
                    database.getCollection("order_details")
                            .find()
                            .limit(MOST_DOCUMENTS)
                            .map(ReadLimits::upsert)
                            .into(new ArrayList<>());
            MongoCollection<Document> copy = database.getCollection("bench_upserts");
            long start = System.nanoTime();
            for (int from = 0; from < upserts.size(); from += AT_ONCE) {
                copy.bulkWrite(upserts.subList(from, Math.min(upserts.size(), from + AT_ONCE)));
            }
            Throughput throughput = Throughput.since(start, upserts.size());
            copy.drop();
            return throughput;
        }
    }

    /// By the version before, as a projection does it.
    private static ReplaceOneModel<Document> upsert(Document document) {
        return new ReplaceOneModel<>(
                new Document("_id", document.get("_id")).append("version", 0L), document, UPSERT);
    }
}
