package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.model.Topics;
import orders.query.Events;
import orders.query.readmodel.timeline.OrderTimeline;
import org.junit.jupiter.api.Test;

/// A timeline shows events as they are; what an order has become is worked out here.
@QuarkusTest
class OrderTimelineContractTest extends ProjectionContractTest {

    private static final Map<String, String> STATUSES =
            Map.of(
                    "OrderCreated", "CREATED",
                    "OrderSubmitted", "SUBMITTED",
                    "OrderPaid", "PAID",
                    "OrderCancelled", "CANCELLED");

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Inject OrderTimeline timeline;

    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Override
    protected String projection() {
        return "order-timeline";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        var token = new ConsistencyToken(Kind.ORDER, orderId, version);
        List<Map<String, Object>> events =
                given().header("Prefer", "wait=30")
                        .header("Consistency-Token", token.encode())
                        .get("/orders/{id}/events", orderId)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getList("items");
        String status =
                events.stream()
                        .map(event -> STATUSES.get((String) event.get("type")))
                        .filter(Objects::nonNull)
                        .reduce(null, (_, next) -> next);
        BigDecimal total =
                events.stream()
                        .flatMap(OrderTimelineContractTest::items)
                        .map(OrderTimelineContractTest::lineTotal)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        return new View(
                status,
                total.toPlainString(),
                timeline.versionOf(token, Optional.empty()).await().atMost(SOON));
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/{id}/events", orderId).getBoolean("stale");
    }

    @Test
    void an_event_is_shown_as_it_was_published_also_after_it_was_parked() {
        var submitted = Events.record(orderId, 3, Events.SUBMITTED);
        submitted.headers().add(Topics.CORRELATION_ID, "c-1".getBytes(UTF_8));
        submitted
                .headers()
                .add(Topics.TRACEPARENT, "00-%s-%s-01".formatted(TRACE, SPAN).getBytes(UTF_8));
        publish(
                Events.record(orderId, 1, created()),
                Events.withType("OrderGiftWrapped", Events.record(orderId, 2, Events.ITEM_ADDED)),
                submitted);
        awaitAllApplied();
        act(letterOf(orderId).getString("id"), "discard", "{\"reason\": \"not for us\"}");
        query(orderId, customerId, 3);

        JsonPath timeline = get("/orders/{id}/events", orderId);
        JsonPath event = timeline.setRootPath("items[1]");
        assertEquals(3, event.getLong("version"));
        assertEquals("OrderSubmitted", event.getString("type"));
        assertEquals("c-1", event.getString("correlationId"));
        assertEquals(TRACE, event.getString("traceId"));
        assertEquals(
                JsonPath.from(new String(submitted.value(), UTF_8)).getMap(""),
                event.getMap("data"));
        Instant at = Instant.parse(event.getString("at"));
        assertEquals(Events.AT.plusSeconds(2), at);
        assertFalse(Instant.parse(event.getString("publishedAt")).isBefore(startedAt));
    }

    @Test
    void the_newest_event_that_is_shown_says_how_old_a_timeline_is() {
        publish(Events.record(orderId, 1, created()), Events.record(orderId, 2, Events.SUBMITTED));
        query(orderId, customerId, 2);

        JsonPath timeline = get("/orders/{id}/events", orderId);
        assertEquals(Events.AT.plusSeconds(2).toString(), timeline.getString("lastUpdated"));
        assertNull(timeline.getString("items[0].correlationId"));
        assertNull(timeline.getString("items[0].traceId"));
    }

    @Test
    void an_order_without_events_is_not_found() {
        given().get("/orders/{id}/events", orderId)
                .then()
                .statusCode(404)
                .body("type", equalTo("/problems/order-not-found"));
    }

    @Test
    void a_bad_id_and_an_unknown_parameter_are_refused() {
        given().get("/orders/{id}/events?limit=1", "not an id")
                .then()
                .statusCode(400)
                .body("violations.field", hasItems("orderId", "limit"));
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> items(Map<String, Object> event) {
        var data = (Map<String, Object>) event.get("data");
        return data.containsKey("items")
                ? ((List<Map<String, Object>>) data.get("items")).stream()
                : Stream.ofNullable((Map<String, Object>) data.get("item"));
    }

    private static BigDecimal lineTotal(Map<String, Object> item) {
        return new BigDecimal((String) item.get("unitPrice"))
                .multiply(new BigDecimal(item.get("quantity").toString()));
    }
}
