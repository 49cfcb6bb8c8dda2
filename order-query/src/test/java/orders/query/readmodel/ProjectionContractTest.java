package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import orders.model.CustomerEvent;
import orders.model.OrderEvent;
import orders.query.Events;
import orders.query.Metrics;
import orders.query.QueryStack;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.projection.Projections;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/// What every projection promises, whatever its read model shows, on its real store and through its
/// query.
@QuarkusTestResource(QueryStack.class)
public abstract class ProjectionContractTest {

    protected static final Duration SOON = Duration.ofSeconds(60);

    private static final int DAYS = 80_000;
    private static final int CURRENCY_LETTERS = 3;
    private static final CustomerEvent ADA = Events.registered("Ada");

    @Inject Projections projections;

    @Inject OffsetStore offsets;

    protected final String orderId = "o-" + UUID.randomUUID();
    protected final String customerId = "c-" + UUID.randomUUID();

    /// Together with the day that hardly any other test has.
    protected final String currency =
            ThreadLocalRandom.current()
                    .ints(CURRENCY_LETTERS, 'A', 'Z' + 1)
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();

    /// Together with the currency that hardly any other test has.
    protected final Instant orderedAt =
            Instant.parse("1970-01-02T23:59:59Z")
                    .plus(Duration.ofDays(ThreadLocalRandom.current().nextInt(DAYS)));

    /// Name of the projection that keeps it.
    protected abstract String projection();

    /// What its query answers for an order.
    ///
    /// @param version the query waits until it shows this one
    protected abstract View query(String orderId, String customerId, long version);

    /// What its query says of whether it is old.
    protected abstract boolean isStale(String orderId, String customerId);

    /// What a read model shows of an order; all show these three when it was submitted.
    protected record View(
            String customerName,
            String status,
            String total,
            int lines,
            String updatedAt,
            long version) {

        /// Of a read model that shows no more.
        View(String status, String total, long version) {
            this(null, status, total, 0, null, version);
        }

        String statusTotalAndVersion() {
            return status + " " + total + " " + version;
        }
    }

    @Test
    void every_event_twice_is_the_same_as_once() {
        for (int delivery = 0; delivery < 2; delivery++) {
            publish(
                    Events.record(orderId, 1, created()),
                    Events.record(orderId, 1, created()),
                    Events.record(orderId, 2, Events.ITEM_ADDED),
                    Events.record(orderId, 1, created()),
                    Events.record(orderId, 2, Events.ITEM_ADDED),
                    Events.record(orderId, 3, Events.SUBMITTED),
                    Events.record(orderId, 4, Events.PAID),
                    Events.record(orderId, 3, Events.SUBMITTED));
            awaitAllApplied();
        }

        assertEquals("PAID 25.21 4", query(orderId, customerId, 4).statusTotalAndVersion());
    }

    @Test
    void the_checkpoint_follows_what_is_applied() {
        publish(Events.record(orderId, 1, created()));
        query(orderId, customerId, 1);

        awaitAllApplied();
    }

    @Test
    void an_event_from_the_future_parks_its_order_and_everything_else_flows() {
        String other = "o-" + UUID.randomUUID();
        publish(
                Events.record(orderId, 1, created()),
                Events.withType("OrderGiftWrapped", Events.record(orderId, 2, Events.ITEM_ADDED)),
                Events.record(orderId, 3, Events.SUBMITTED),
                Events.record(other, 1, created()));
        query(other, customerId, 1);
        awaitAllApplied();

        JsonPath letter = letterOf(orderId);
        assertEquals("OrderGiftWrapped", letter.getString("type"));
        assertEquals(1, letter.getLong("held"));
        assertEquals(1, query(orderId, customerId, 1).version());
        assertTrue(isStale(orderId, customerId));

        act(letter, "discard", "{\"reason\": \"not for us\"}");
        View view = query(orderId, customerId, 3);
        assertEquals("SUBMITTED", view.status());
        assertEquals("25.00", view.total());
        await().atMost(SOON).until(() -> letterOf(orderId).get() == null);
    }

    @Test
    void a_key_that_is_no_id_parks_its_event_and_everything_else_flows() {
        String tooLongForAnIndex =
                ThreadLocalRandom.current()
                        .ints(10_000, '!', '~')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        publish(
                Events.withKey("\u0000" + orderId, Events.record(orderId, 1, created())),
                Events.withKey("k".repeat(600) + orderId, Events.record(orderId, 1, created())),
                Events.withKey(tooLongForAnIndex + orderId, Events.record(orderId, 1, created())),
                Events.withType(
                        "\u0000" + orderId,
                        Events.withKey(null, Events.record(orderId, 1, created()))),
                Events.record(orderId, 1, created()));

        assertEquals(1, query(orderId, customerId, 1).version());
        awaitAllApplied();
        List<String> letters = lettersThatEndIn(orderId);
        assertEquals(4, letters.size());
        letters.forEach(id -> act(id, "discard", "{\"reason\": \"not ours\"}"));
        await().atMost(SOON).until(() -> lettersThatEndIn(orderId).isEmpty());
    }

    @Test
    void what_breaks_its_schema_parks_its_event_and_everything_else_flows() {
        var created = Events.record(orderId, 1, created());
        var registered = Events.record(customerId, 1, Events.registered("Ada"));
        String quantity = "\"quantity\":2";
        String at = Events.AT.toString();
        publish(
                underKey("1", Events.replacing(quantity, "\"quantity\":\"3\"", created)),
                underKey("2", Events.replacing(quantity, "\"quantity\":1.9", created)),
                underKey("3", Events.replacing(quantity, "\"quantity\":4294967297", created)),
                underKey("4", Events.replacing(quantity, "\"quantity\":0", created)),
                underKey("5", Events.replacing(at, "+300000-01-01T00:00:00Z", created)),
                underKey("6", Events.replacing(at, Instant.MAX.toString(), created)),
                underKey("7", Events.replacing("12.50", "1250000000000000000.00", created)),
                underKey("8", Events.record(orderId, 0, created())),
                Events.replacing(at, Instant.MAX.toString(), registered),
                created);

        assertEquals(1, query(orderId, customerId, 1).version());
        awaitAllApplied();
        String ofCustomer = "items.findAll { it.customerId == '%s' }.id".formatted(customerId);
        List<String> letters = lettersThatEndIn(orderId);
        List<String> lettersOfCustomer =
                get("/projections/" + projection() + "/dead-letters").getList(ofCustomer);
        assertEquals(8, letters.size());
        assertEquals(1, lettersOfCustomer.size());
        letters.forEach(id -> act(id, "discard", "{\"reason\": \"not ours\"}"));
        lettersOfCustomer.forEach(id -> act(id, "discard", "{\"reason\": \"not ours\"}"));
        await().atMost(SOON).until(() -> lettersThatEndIn(orderId).isEmpty());
    }

    private ProducerRecord<String, byte[]> underKey(
            String prefix, ProducerRecord<String, byte[]> record) {
        return Events.withKey(prefix + orderId, record);
    }

    /// Whether a store can keep them or not: what it cannot keep is parked.
    @Test
    void the_extremes_of_the_schema_stop_nothing() {
        String last = "9999-12-31T23:59:59.999999999Z";
        String ordered = orderedAt.toString();
        String at = Events.AT.toString();
        String mug = "\"description\":\"Mug\"";
        var created = Events.record(orderId, 1, created());
        publish(
                underKey("1", Events.replacing(at, "0001-01-01T00:00:00Z", created)),
                underKey("2", Events.replacing(at, last, created)),
                underKey("3", Events.replacing(ordered, "0001-01-01T00:00:00Z", created)),
                underKey("4", Events.replacing(ordered, last, created)),
                underKey("5", Events.replacing("12.50", "9999999999999999.99", created)),
                underKey(
                        "6",
                        Events.replacing(
                                "2,\"unitPrice\":\"12.50\"",
                                "2147483647,\"unitPrice\":\"9999999999999999.99\"",
                                created)),
                underKey("7", Events.replacing(mug, "\"description\":\"\"", created)),
                underKey(
                        "8",
                        Events.replacing(
                                mug, "\"description\":\"\\u0001\\u001f\\u007f\\uffff\"", created)),
                underKey(
                        "9",
                        Events.replacing(
                                mug,
                                "\"description\":\"%s\""
                                        .formatted("\u00e9\ud83c\udf81".repeat(100_000)),
                                created)),
                Events.replacing(
                        "Ada", "A".repeat(900_000), Events.record("1" + customerId, 1, ADA)),
                Events.record("2" + customerId, Long.MAX_VALUE, ADA),
                Events.replacing(at, last, Events.record("3" + customerId, 1, ADA)),
                created);

        assertEquals(1, query(orderId, customerId, 1).version());
        awaitAllApplied();
        get("/orders?sort=-updatedAt&limit=1");
        get("/orders?sort=createdAt&limit=1");
        get("/stats/daily?from=9999-12-31&to=9999-12-31");
        for (String id : lettersThatEndIn(orderId)) {
            act(id, "discard", "{\"reason\": \"the store cannot keep it\"}");
        }
        await().atMost(SOON).until(() -> lettersThatEndIn(orderId).isEmpty());
    }

    @Test
    void what_is_tried_again_in_vain_stays_parked() {
        publish(Events.record(orderId, 2, Events.ITEM_ADDED));
        await().atMost(SOON).until(() -> letterOf(orderId).get() != null);

        act(letterOf(orderId), "retry", "");
        awaitAllApplied();
        assertEquals(0, letterOf(orderId).getLong("held"));
        act(letterOf(orderId), "discard", "{\"reason\": \"begins nowhere\"}");
        await().atMost(SOON).until(() -> letterOf(orderId).get() == null);
    }

    @Test
    void poison_is_parked_in_a_rebuild_too_and_stays_so_after_the_switch() {
        publishPoison();
        awaitAllApplied();
        awaitRebuild(() -> {});

        assertEquals(1, letterOf(orderId).getLong("held"));
        assertEquals(1, query(orderId, customerId, 1).version());
        assertTrue(isStale(orderId, customerId));
        act(letterOf(orderId), "discard", "{\"reason\": \"not for us\"}");
        assertEquals("SUBMITTED", query(orderId, customerId, 3).status());
    }

    @Test
    void poison_that_comes_during_a_rebuild_parks_its_order_in_both_generations() {
        try (var builder = builder()) {
            publishPoison();
            awaitAllApplied();
            builder.apply(recordsOf(letterOf(orderId)));

            assertEquals(1, letterOf(orderId).getLong("held"));
            assertEquals(1, query(orderId, customerId, 1).version());
            assertEquals(1, builder.version(orderId));
            assertTrue(builder.isParked(orderId));
        }
    }

    @Test
    void what_comes_early_waits_in_both_generations() {
        publish(Events.record(orderId, 1, created()), Events.record(orderId, 3, Events.SUBMITTED));
        awaitAllApplied();
        String partition = letterOf(orderId).getString("partition");
        try (var builder = builder()) {
            builder.apply(Events.read(kafka(), partition, orderId));
            assertTrue(builder.isParked(orderId));
            assertEquals(1, builder.version(orderId));
            assertTrue(isStale(orderId, customerId));

            publish(Events.record(orderId, 2, Events.ITEM_ADDED));
            assertEquals(3, query(orderId, customerId, 3).version());
            builder.apply(List.of(Events.read(kafka(), partition, orderId).getLast()));
            builder.retryDeadLetters();

            assertEquals(3, builder.version(orderId));
            assertFalse(builder.isParked(orderId));
            await().atMost(SOON).until(() -> letterOf(orderId).get() == null);
        }
    }

    /// As after its topic was enlarged.
    @Test
    void an_order_whose_events_lie_in_several_partitions_is_shown_live_and_in_a_rebuild() {
        publish(
                Events.inPartition(2, Events.record(orderId, 3, Events.SUBMITTED)),
                Events.inPartition(2, Events.record(orderId, 4, Events.PAID)));
        awaitAllApplied();
        publish(Events.inPartition(1, Events.record(orderId, 2, Events.ITEM_ADDED)));
        awaitAllApplied();
        publish(Events.inPartition(0, Events.record(orderId, 1, created())));

        View live = query(orderId, customerId, 4);
        assertEquals("PAID 25.21 4", live.statusTotalAndVersion());
        await().atMost(SOON).until(() -> letterOf(orderId).get() == null);

        awaitRebuild(() -> {});
        assertEquals(live, query(orderId, customerId, 4));
        assertTrue(letterOf(orderId).get() == null);
    }

    @Test
    void what_is_discarded_during_a_rebuild_is_so_in_both_generations() {
        publishPoison();
        awaitAllApplied();
        try (var builder = builder()) {
            JsonPath letter = letterOf(orderId);
            act(letter, "discard", "{\"reason\": \"not for us\"}");
            assertEquals("SUBMITTED", query(orderId, customerId, 3).status());
            builder.apply(recordsOf(letter));
            builder.retryDeadLetters();

            assertEquals(3, builder.version(orderId));
            assertFalse(builder.isParked(orderId));
        }
    }

    @Test
    void the_progress_of_a_rebuild_is_told() {
        publishPoison();
        awaitAllApplied();
        try (var builder = builder()) {
            builder.apply(recordsOf(letterOf(orderId)));
            await().atMost(SOON).until(() -> rebuildMetric("processed") > 0);

            assertTrue(rebuildMetric("events") >= rebuildMetric("processed"));
            assertTrue(projectionNow().getLong("rebuild.processed") > 0);
        }
        await().atMost(SOON)
                .until(() -> rebuildMetric("processed") == 0 && rebuildMetric("events") == 0);
    }

    @Test
    void who_releases_a_rebuild_lets_others_lead_and_the_live_generation_go_on() {
        try (var builder = builder()) {
            long generation = builder.building().generation().number();
            long heartbeat = builder.building().heartbeat();
            assertTrue(
                    offsets.takeLease(name(), generation, "one", heartbeat).await().atMost(SOON));
            offsets.fence(name(), generation).await().atMost(SOON);
            offsets.release(name(), generation, "other").await().atMost(SOON);
            assertEquals(Optional.of("one"), builder.building().builder());
            assertTrue(builder.building().isFenced());

            offsets.release(name(), generation, "one").await().atMost(SOON);
            assertEquals(Optional.empty(), builder.building().builder());
            assertFalse(builder.building().isFenced());
            publish(Events.record(orderId, 1, created()));
            query(orderId, customerId, 1);
        }
    }

    @Test
    void a_generation_that_was_given_up_holds_nobody() {
        try (var builder = builder()) {
            long generation = builder.building().generation().number();
            assertTrue(offsets.cancel(name()).await().atMost(SOON));

            assertThrows(
                    StaleGeneration.class,
                    () -> offsets.fence(name(), generation).await().atMost(SOON));
        }
    }

    @Test
    void a_rebuild_shows_the_same_and_reads_never_go_back() {
        publishSubmitted();
        awaitAllApplied();
        View before = query(orderId, customerId, 3);
        assertEquals("SUBMITTED 25.21 3", before.statusTotalAndVersion());

        awaitRebuild(() -> assertEquals(before, query(orderId, customerId, 3)));

        publish(Events.record(orderId, 4, Events.PAID));
        assertEquals("PAID 25.21 4", query(orderId, customerId, 4).statusTotalAndVersion());
        assertEquals("LIVE", projectionNow().getString("state"));
        assertEquals(before.customerName(), query(orderId, customerId, 4).customerName());
    }

    @Test
    void of_two_who_want_a_rebuild_one_is_refused_and_a_cancelled_one_changes_nothing() {
        publish(Events.record(orderId, 1, created()));
        View before = query(orderId, customerId, 1);
        int first = given().post("/projections/" + projection() + "/rebuild").statusCode();
        int second = given().post("/projections/" + projection() + "/rebuild").statusCode();
        int cancelled = given().delete("/projections/" + projection() + "/rebuild").statusCode();

        assertEquals(List.of(202, 409, 202), List.of(first, second, cancelled));
        assertEquals(404, given().delete("/projections/" + projection() + "/rebuild").statusCode());
        publish(Events.record(orderId, 2, Events.ITEM_ADDED));
        assertEquals(1, before.version());
        assertEquals(2, query(orderId, customerId, 2).version());
        await().atMost(SOON).until(() -> projectionNow().getString("state").equals("LIVE"));
    }

    @Test
    void an_event_of_an_older_shape_is_read_live_and_in_a_rebuild() {
        publish(
                Events.createdInFirstShape(orderId, customerId, orderedAt),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record(orderId, 3, Events.SUBMITTED));
        View live = query(orderId, customerId, 3);
        assertEquals("SUBMITTED 25.21 3", live.statusTotalAndVersion());

        awaitRebuild(() -> {});

        assertEquals(live, query(orderId, customerId, 3));
    }

    private double rebuildMetric(String name) {
        return Metrics.value(
                "projection_rebuild_%s{projection=\"%s\"}".formatted(name, projection()));
    }

    private void publishPoison() {
        publish(
                Events.record(orderId, 1, created()),
                Events.withType("OrderGiftWrapped", Events.record(orderId, 2, Events.ITEM_ADDED)),
                Events.record(orderId, 3, Events.SUBMITTED));
    }

    private Builder<?> builder() {
        return new Builder<>(projections.get(projection()).readModel(), offsets);
    }

    private String name() {
        return projections.get(projection()).readModel().offsetsName();
    }

    private List<ConsumerRecord<String, byte[]>> recordsOf(JsonPath letter) {
        return Events.read(kafka(), letter.getString("partition"), orderId);
    }

    protected final OrderEvent created() {
        return Events.created(customerId, currency, orderedAt);
    }

    /// Has the projection rebuilt.
    ///
    /// @param meanwhile checked until the next generation answers, and then too
    protected final void awaitRebuild(Runnable meanwhile) {
        long generation = projectionNow().getLong("generation");
        given().post("/projections/" + projection() + "/rebuild").then().statusCode(202);
        await().atMost(SOON)
                .until(() -> {
                    boolean isOver = projectionNow().getLong("generation") > generation;
                    meanwhile.run();
                    return isOver;
                });
    }

    private JsonPath projectionNow() {
        return get("/projections/" + projection());
    }

    protected final JsonPath letterOf(String order) {
        return get("/projections/" + projection() + "/dead-letters")
                .setRootPath("items.find { it.orderId == '" + order + "' }");
    }

    /// Whose key or, without one, type ends in `text`.
    private List<String> lettersThatEndIn(String text) {
        return get("/projections/" + projection() + "/dead-letters")
                .getList("items.findAll { (it.orderId ?: it.type).endsWith('" + text + "') }.id");
    }

    private void act(JsonPath letter, String action, String body) {
        act(letter.getString("id"), action, body);
    }

    protected final void act(String letterId, String action, String body) {
        given().contentType("application/json")
                .body(body)
                .post(
                        "/projections/{name}/dead-letters/{id}/{action}",
                        projection(),
                        letterId,
                        action)
                .then()
                .statusCode(202);
    }

    protected static JsonPath get(String path, Object... values) {
        return given().header("Prefer", "wait=30")
                .get(path, values)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /// An order of a known customer, of 25.21, at version 3.
    protected final void publishSubmitted() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record(orderId, 3, Events.SUBMITTED));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    protected static void publish(ProducerRecord<String, byte[]>... records) {
        Events.publish(kafka(), List.of(records));
    }

    protected static String kafka() {
        return ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    }

    protected final void awaitAllApplied() {
        await().atMost(SOON)
                .until(() -> get("/projections/" + projection()).getLong("lag.events") == 0);
    }
}
