package orders.command.relay;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
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
import org.apache.kafka.clients.admin.Admin;
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

    private static final Duration SOON = Duration.ofSeconds(60);

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
        String customerId = putCustomer();

        var record = recordsOf(Topics.CUSTOMER_EVENTS, customerId, 1).getFirst();

        assertEquals("CustomerRegistered", header(record, Topics.CE_TYPE));
    }

    @Test
    void what_is_published_leaves_the_outbox() {
        String orderId = createOrder();

        await().atMost(SOON).until(() -> rowsOf(orderId) == 0);
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

    @Test
    void what_commits_late_is_published_late_but_published() {
        String late = "late-" + UUID.randomUUID();
        SqlConnection slow = database.getConnection().await().atMost(SOON);
        slow.query("begin").execute().await().atMost(SOON);
        slow.query(insertion(late, 1, "{}")).execute().await().atMost(SOON);
        recordsOf(Topics.ORDER_EVENTS, createOrder(), 1);

        slow.query("commit").execute().await().atMost(SOON);
        slow.close().await().atMost(SOON);
        sql("notify outbox");

        recordsOf(Topics.ORDER_EVENTS, late, 1);
    }

    @Test
    void what_kafka_refuses_holds_its_order_and_no_other() {
        String orderId = "held-" + UUID.randomUUID();
        sql(insertion(orderId, 1, "{}".repeat(2_000_000)));
        sql(insertion(orderId, 2, "{}"));
        sql("notify outbox");

        await().atMost(SOON).until(() -> held(orderId) != null);
        recordsOf(Topics.ORDER_EVENTS, createOrder(), 1);
        assertEquals(2, held(orderId).get("waiting"));

        sql(
                "update outbox set payload = '{}' where version = 1 and aggregateid = '"
                        + orderId
                        + "'");
        given().post("/relay/held/" + orderId + "/retry").then().statusCode(202);

        assertEquals(
                List.of("1", "2"),
                recordsOf(Topics.ORDER_EVENTS, orderId, 2).stream()
                        .map(record -> header(record, Topics.CE_SEQUENCE))
                        .toList());
        await().atMost(SOON).until(() -> held(orderId) == null);
    }

    @Test
    void what_is_for_a_topic_that_is_not_there_holds_up_nothing_else() {
        String strange = "strange-" + UUID.randomUUID();
        sql(insertion("gift", strange, 1, "{}"));
        String orderId = createOrder();

        recordsOf(Topics.ORDER_EVENTS, orderId, 1);
        await().atMost(SOON).until(() -> heldAs("giftId", strange) != null);
        assertTrue(heldAs("giftId", strange).get("cause").toString().contains("gift-events"));

        sql("delete from outbox where aggregateid = '" + strange + "'");
        await().atMost(SOON).until(() -> heldAs("giftId", strange) == null);
    }

    @Test
    void a_topic_that_is_deleted_is_made_again_and_holds_up_nothing_else() throws Exception {
        putCustomer();
        try (Admin admin = Admin.create(kafka)) {
            admin.deleteTopics(List.of(Topics.CUSTOMER_EVENTS)).all().get();
        }
        String customerId = putCustomer();
        String orderId = createOrder();

        recordsOf(Topics.ORDER_EVENTS, orderId, 1);
        recordsOf(Topics.CUSTOMER_EVENTS, customerId, 1);
    }

    @Test
    void only_what_is_held_can_be_retried() {
        given().post("/relay/held/" + createOrder() + "/retry")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @Test
    void a_relay_that_loses_its_session_leads_again() {
        int session = await().atMost(SOON).until(this::leadersSession, pid -> pid != 0);
        assertTrue(
                sql("select pg_terminate_backend(" + session + ")")
                        .iterator()
                        .next()
                        .getBoolean(0));
        await().atMost(SOON).until(this::leadersSession, pid -> pid != 0 && pid != session);

        recordsOf(Topics.ORDER_EVENTS, createOrder(), 1);
        given().get("/relay")
                .then()
                .body("leader", equalTo(given().get("/relay").path("instance")));
    }

    /// A statement that waits holds a snapshot, and with it every dead row of the outbox.
    @Test
    void a_standby_waits_for_the_leadership_a_second_at_a_time() {
        await().atMost(SOON).until(this::leadersSession, pid -> pid != 0);
        Row second = sql("select lead_relay(7241905163) as leads").iterator().next();

        assertEquals(false, second.getBoolean("leads"));
    }

    @Test
    void with_too_many_events_in_the_outbox_no_more_are_accepted() {
        String orderId = "full-" + UUID.randomUUID();
        // Together: what holds no event is forgotten.
        sql(
                "insert into held_aggregates values ('order', '"
                        + orderId
                        + "', 1, 'test', now(), 'infinity');"
                        + insertion(orderId, 1, "{}")
                                .replace("values (", "select ")
                                .replaceAll("\\)$", "")
                        + " from generate_series(1, "
                        + CommandStack.LARGEST_BACKLOG
                        + ")");

        await().atMost(SOON).until(() -> postOrder().statusCode() == 503);
        postOrder().then().body("type", equalTo("/problems/overloaded")).header("Retry-After", "1");

        sql("delete from outbox where aggregateid = '" + orderId + "'");
        await().atMost(SOON).until(() -> postOrder().statusCode() == 202);
    }

    /// The process id of the database session that holds the leadership, 0 when none does.
    private int leadersSession() {
        return sql("""
        select coalesce(max(pid), 0) as pid from pg_locks
        where locktype = 'advisory' and granted
          and (classid::bigint << 32) + objid::bigint = %d
        """
                        .formatted(Leadership.LOCK))
                .iterator()
                .next()
                .getInteger("pid");
    }

    private static Map<String, Object> held(String orderId) {
        return heldAs("orderId", orderId);
    }

    private static Map<String, Object> heldAs(String field, String id) {
        return given().get("/relay").path("held.find { it." + field + " == '" + id + "' }");
    }

    private static String insertion(String orderId, int version, String payload) {
        return insertion("order", orderId, version, payload);
    }

    private static String insertion(String type, String id, int version, String payload) {
        return """
        insert into outbox (id, aggregatetype, aggregateid, type, payload, version, occurred_at,
            correlation_id)
        values (gen_random_uuid(), '%s', '%s', 'OrderCancelled', '%s', %d, now(), 'test')\
        """
                .formatted(type, id, payload, version);
    }

    private static Response postOrder() {
        return given().contentType("application/json")
                .body(order("o-" + UUID.randomUUID()))
                .post("/orders");
    }

    private static String putCustomer() {
        String customerId = "c-" + UUID.randomUUID();
        given().contentType("application/json")
                .body("{\"name\":\"Ada\"}")
                .put("/customers/" + customerId)
                .then()
                .statusCode(202);
        return customerId;
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
        return database.query(sql).execute().await().atMost(Duration.ofSeconds(60));
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
            await().atMost(Duration.ofSeconds(60))
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
