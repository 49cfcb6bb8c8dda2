package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// What the machine can do when nothing else is in the way.
final class RawLimits {

    /// As many as the service's pool has.
    private static final int CONNECTIONS = 20;

    private static final int BATCH = 10_000;

    /// The two rows of a command, in tables of the benchmark's own.
    static final String TABLES =
            """
            create schema if not exists bench;
            create table if not exists bench.orders (order_id text primary key, version bigint not null,
                status text not null, customer_id text not null, currency text not null, items text not null,
                ordered_at timestamptz not null, updated_at timestamptz not null);
            create table if not exists bench.outbox (position bigint generated always as identity primary key,
                id uuid not null, aggregatetype text not null, aggregateid text not null, type text not null,
                payload text not null, version bigint not null, occurred_at timestamptz not null,
                correlation_id text not null);
            """;

    private static final String ORDER =
            "insert into bench.orders values ($1, 1, 'CREATED', 'c', 'EUR', $2, now(), now())";

    private static final String EVENT =
            """
            insert into bench.outbox
                (id, aggregatetype, aggregateid, type, payload, version, occurred_at, correlation_id)
            values ($1, 'order', $2, 'OrderCreated', $3, 1, now(), $2)
            """;

    private RawLimits() {}

    /// A pool of the size that the service has.
    static Pool pool(Vertx vertx, SystemUnderTest system) {
        return PgBuilder.pool()
                .using(vertx)
                .connectingTo(
                        PgConnectOptions.fromUri(system.databaseUrl())
                                .setUser(system.databaseUser())
                                .setPassword(system.databasePassword())
                                .setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(CONNECTIONS))
                .build();
    }

    /// Commits an order and its event by two inserts in one transaction.
    static Future<Void> commit(Pool pool, String orderId, String payload) {
        return pool.withTransaction((SqlConnection connection) ->
                connection
                        .preparedQuery(ORDER)
                        .execute(Tuple.of(orderId, payload))
                        .compose(_ ->
                                connection
                                        .preparedQuery(EVENT)
                                        .execute(Tuple.of(UUID.randomUUID(), orderId, payload)))
                        .mapEmpty());
    }

    /// Two-row commits a second of so many clients.
    static double commits(Pool pool, int clients, Duration time) {
        AtomicLong commits = new AtomicLong();
        long start = System.nanoTime();
        ClosedLoop.run(
                        clients,
                        start + time.toNanos(),
                        _ ->
                                () ->
                                        commit(pool, UUID.randomUUID().toString(), Events.PAYLOAD)
                                                .onSuccess(_ -> commits.incrementAndGet()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return commits.get() * 1e9 / (System.nanoTime() - start);
    }

    /// Records a second of a bare producer with `acks=all` that waits for each batch.
    static double records(String kafka, String topic, Duration time) {
        try (KafkaProducer<String, String> producer = producer(kafka)) {
            long sent = 0;
            long start = System.nanoTime();
            while (System.nanoTime() < start + time.toNanos()) {
                for (int i = 0; i < BATCH; i++) {
                    var _ =
                            producer.send(
                                    new ProducerRecord<>(topic, "raw-" + sent++, Events.PAYLOAD));
                }
                producer.flush();
            }
            return sent * 1e9 / (System.nanoTime() - start);
        }
    }

    /// A producer that is set as the relay's is.
    static KafkaProducer<String, String> producer(String kafka) {
        return new KafkaProducer<>(
                Map.<String, Object>of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
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
