package orders.command.relay;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import orders.command.CommandStack;
import orders.model.EventCodec;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class OutboxRelayTest {

    @Inject Pool database;

    @Inject
    @Identifier("default-kafka-broker")
    Map<String, Object> kafka;

    @Test
    void the_events_of_an_order_arrive_in_order_and_without_gaps() {
        String orderId = createOrder();
        given().post("/orders/" + orderId + "/submit").then().statusCode(202);
        post("/orders/" + orderId + "/cancel", "{\"reason\":\"no\"}");

        var records = recordsOf(Topics.ORDER_EVENTS, orderId, 3);

        assertEquals(
                List.of("1 OrderCreated", "2 OrderSubmitted", "3 OrderCancelled"),
                records.stream()
                        .map(r -> header(r, Topics.CE_SEQUENCE) + " " + header(r, Topics.CE_TYPE))
                        .toList());
        assertEquals(1, records.stream().map(ConsumerRecord::partition).distinct().count());
    }

    @Test
    void a_record_is_a_cloud_event_in_binary_mode() {
        String orderId = "o-" + UUID.randomUUID();
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        given().contentType("application/json")
                .header("Correlation-Id", "tour-1")
                .header("traceparent", traceparent)
                .body(order(orderId))
                .post("/orders")
                .then()
                .statusCode(202);

        var record = recordsOf(Topics.ORDER_EVENTS, orderId, 1).getFirst();

        assertEquals("1.0", header(record, Topics.CE_SPECVERSION));
        assertEquals(
                UUID.fromString(header(record, Topics.CE_ID)).toString(),
                header(record, Topics.CE_ID));
        assertEquals("/order-command", header(record, Topics.CE_SOURCE));
        assertEquals(orderId, header(record, Topics.CE_SUBJECT));
        assertEquals("application/json", header(record, Topics.CONTENT_TYPE));
        assertEquals("tour-1", header(record, Topics.CORRELATION_ID));
        assertEquals(traceparent, header(record, Topics.TRACEPARENT));
        var event = EventCodec.decodeOrderEvent(header(record, Topics.CE_TYPE), record.value());
        assertEquals(event.at().toString(), header(record, Topics.CE_TIME));
    }

    @Test
    void customers_have_a_topic_of_their_own() {
        String customerId = "c-" + UUID.randomUUID();
        given().contentType("application/json")
                .body("{\"name\":\"Ada\"}")
                .put("/customers/" + customerId)
                .then()
                .statusCode(202);

        var record = recordsOf(Topics.CUSTOMER_EVENTS, customerId, 1).getFirst();

        assertEquals("CustomerRegistered", header(record, Topics.CE_TYPE));
    }

    @Test
    void what_is_published_leaves_the_outbox() {
        String orderId = createOrder();

        await().atMost(Duration.ofSeconds(20)).until(() -> rowsOf(orderId) == 0);
        recordsOf(Topics.ORDER_EVENTS, orderId, 1);
    }

    @Test
    void an_order_whose_event_cannot_be_saved_is_not_saved_either() {
        String orderId = "o-" + UUID.randomUUID();
        String constraint = "refuse_" + orderId.replace("-", "_");
        sql(
                "alter table outbox add constraint "
                        + constraint
                        + " check (aggregateid <> '"
                        + orderId
                        + "')");

        given().contentType("application/json")
                .body(order(orderId))
                .post("/orders")
                .then()
                .statusCode(500);

        sql("alter table outbox drop constraint " + constraint);
        given().post("/orders/" + orderId + "/submit").then().statusCode(404);
    }

    private static String createOrder() {
        String orderId = "o-" + UUID.randomUUID();
        post("/orders", order(orderId));
        return orderId;
    }

    private static String order(String orderId) {
        return """
        {"customerId":"ada","orderId":"%s","items":[{"productId":"p","quantity":1,"unitPrice":"1"}]}\
        """
                .formatted(orderId);
    }

    private static void post(String path, String body) {
        given().contentType("application/json").body(body).post(path).then().statusCode(202);
    }

    private long rowsOf(String aggregateId) {
        return sql("select count(*) as n from outbox where aggregateid = '" + aggregateId + "'")
                .iterator()
                .next()
                .getLong("n");
    }

    private RowSet<Row> sql(String sql) {
        return database.query(sql).execute().await().atMost(Duration.ofSeconds(10));
    }

    private List<ConsumerRecord<String, byte[]>> recordsOf(String topic, String key, int count) {
        Map<String, Object> configuration =
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.get("bootstrap.servers"),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest");
        try (var consumer =
                new KafkaConsumer<>(
                        configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200))
                                .records(topic)
                                .forEach(r ->
                                        Stream.of(r)
                                                .filter(x -> x.key().equals(key))
                                                .forEach(found::add));
                        return found.size() >= count;
                    });
            assertEquals(count, found.size());
            return found;
        }
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
