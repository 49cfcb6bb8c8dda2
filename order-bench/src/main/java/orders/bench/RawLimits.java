package orders.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orders.acceptance.replay.Latencies;
import orders.acceptance.replay.Pace;
import orders.model.EventCodec;
import orders.model.OrderId;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// What the machine can do for commands when nothing else is in the way.
final class RawLimits {

    /// As many as the service's pool has.
    private static final int CONNECTIONS = 20;

    private static final String TOPIC = "bench-raw";
    private static final int PARTITIONS = 12;
    private static final int BATCH = 10_000;

    /// An event as large as those of the load.
    private static final String PAYLOAD =
            EventCodec.encode(new OrderId(History.orderId(0)), 1, History.life().getFirst());

    /// The two rows of a command, in tables of the benchmark's own.
    private static final String TABLES =
            """
            create schema bench;
            create table bench.orders (order_id text primary key, version bigint not null,
                status text not null, customer_id text not null, currency text not null, items text not null,
                ordered_at timestamptz not null, updated_at timestamptz not null);
            create table bench.outbox (like outbox including identity including indexes);
            """;

    private static final String ORDER =
            "insert into bench.orders values (?, 1, 'CREATED', 'c', 'EUR', ?, now(), now())";

    private static final String EVENT =
            """
            insert into bench.outbox
                (id, aggregatetype, aggregateid, type, payload, version, occurred_at, correlation_id)
            values (?, 'order', ?, 'OrderCreated', ?, 1, now(), ?)
            """;

    private final SystemUnderTest system;

    RawLimits(SystemUnderTest system)
            throws SQLException, InterruptedException, ExecutionException {
        this.system = system;
        try (Connection database = system.writeDatabase();
                Statement statement = database.createStatement();
                Admin admin = Admin.create(Map.of("bootstrap.servers", system.kafka()))) {
            statement.execute(TABLES);
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
        }
    }

    /// Orders a second that so many clients save, each with its event: by two batches of inserts
    /// and a commit for so many orders. No more clients at the same time than the service's pool
    /// has connections.
    double orders(int clients, int ordersInCommit, Duration time)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long orders = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < Math.min(clients, CONNECTIONS); i++) {
                counts.add(threads.submit(() -> ordersUntil(end, ordersInCommit)));
            }
            for (Future<Long> count : counts) {
                orders += count.get();
            }
        }
        return orders * 1e9 / (System.nanoTime() - start);
    }

    private long ordersUntil(long end, int ordersInCommit) throws SQLException {
        try (Connection database = system.writeDatabase();
                PreparedStatement order = database.prepareStatement(ORDER);
                PreparedStatement event = database.prepareStatement(EVENT)) {
            database.setAutoCommit(false);
            long orders = 0;
            for (; System.nanoTime() < end; orders += ordersInCommit) {
                for (int i = 0; i < ordersInCommit; i++) {
                    UUID id = UUID.randomUUID();
                    order.setString(1, id.toString());
                    order.setString(2, PAYLOAD);
                    order.addBatch();
                    event.setObject(1, id);
                    event.setString(2, id.toString());
                    event.setString(3, PAYLOAD);
                    event.setString(4, id.toString());
                    event.addBatch();
                }
                order.executeBatch();
                event.executeBatch();
                database.commit();
            }
            return orders;
        }
    }

    /// Records a second of a bare producer with `acks=all` that waits for each batch.
    double records(Duration time) {
        try (KafkaProducer<String, String> producer = producer()) {
            long sent = 0;
            long start = System.nanoTime();
            while (System.nanoTime() < start + time.toNanos()) {
                for (int i = 0; i < BATCH; i++) {
                    var _ = producer.send(new ProducerRecord<>(TOPIC, "raw-" + sent++, PAYLOAD));
                }
                producer.flush();
            }
            return sent * 1e9 / (System.nanoTime() - start);
        }
    }

    /// From the sending of a record by a bare producer to its arrival, at a fixed rate.
    Latencies arrivals(int rate, Duration time) throws InterruptedException {
        Map<String, Long> sent = new HashMap<>();
        try (KafkaProducer<String, String> producer = producer();
                Arrivals arrivals = new Arrivals(system, TOPIC)) {
            var pace = new Pace.PerSecond(System.nanoTime(), rate);
            for (int i = 0; i < rate * time.toSeconds(); i++) {
                pace.awaitTurn(i);
                String id = "paced-" + i;
                var record = new ProducerRecord<>(TOPIC, id, PAYLOAD);
                record.headers().add(Topics.CORRELATION_ID, id.getBytes(StandardCharsets.UTF_8));
                sent.put(id, System.nanoTime());
                var _ = producer.send(record);
            }
            return arrivals.since(sent);
        }
    }

    /// Set as the relay's is.
    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.<String, Object>of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        system.kafka(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024),
                new StringSerializer(),
                new StringSerializer());
    }
}
