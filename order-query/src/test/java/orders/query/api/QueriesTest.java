package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import orders.query.QueryStack;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class QueriesTest {

    private final String customerId = "c-" + UUID.randomUUID();
    private final String orderId = "o-" + UUID.randomUUID();

    @Test
    void a_detail_has_everything_that_is_known() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(orderId, 2, Events.SUBMITTED),
                Events.record(orderId, 3, Events.CANCELLED));

        given().header("Prefer", "wait=20")
                .header("Consistency-Token", token(Kind.CUSTOMER, customerId, 1))
                .get("/orders/{id}?minVersion=3", orderId)
                .then()
                .statusCode(200)
                .header("ETag", "\"3.1\"")
                .body("version", equalTo(3))
                .body("stale", equalTo(false))
                .body("lastUpdated", equalTo("2026-01-31T12:00:05.123Z"))
                .body("order.orderId", equalTo(orderId))
                .body("order.customer.email", equalTo("a@example.org"))
                .body("order.currency", equalTo("GBP"))
                .body("order.createdAt", equalTo("2010-12-01T08:26:00Z"))
                .body("order.items[0].productId", equalTo("MUG-1"))
                .body("order.items[0].quantity", equalTo(2))
                .body("order.items[0].unitPrice", equalTo("12.50"))
                .body("order.items[0].lineTotal", equalTo("25.00"))
                .body("order.payment", nullValue())
                .body("order.history.status", equalTo(List.of("CREATED", "SUBMITTED", "CANCELLED")))
                .body("order.history[2].reason", equalTo("changed my mind"))
                .body("order.history[2].version", equalTo(3))
                .body("order.history[0].containsKey('reason')", equalTo(false));
    }

    @Test
    void what_is_known_to_the_caller_is_not_sent_again() {
        publish(Events.record(orderId, 1, Events.created(customerId)));
        String etag =
                given().header("Prefer", "wait=20")
                        .get("/orders/{id}?minVersion=1", orderId)
                        .header("ETag");

        given().header("If-None-Match", "\"x\", W/" + etag)
                .get("/orders/{id}", orderId)
                .then()
                .statusCode(304)
                .header("ETag", etag);
        given().header("If-None-Match", "*").get("/orders/{id}", orderId).then().statusCode(304);
        for (String other : List.of("\"2.0\"", "abc*", "*, \"2.0\"", "\"*\"")) {
            given().header("If-None-Match", other)
                    .get("/orders/{id}", orderId)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void a_read_that_waits_in_vain_says_so_or_takes_what_there_is() {
        publish(Events.record(orderId, 1, Events.created(customerId)));
        given().header("Prefer", "wait=20")
                .get("/orders/{id}?minVersion=1", orderId)
                .then()
                .statusCode(200);

        given().header("Prefer", "wait=0")
                .get("/orders/{id}?minVersion=2", orderId)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("type", equalTo("/problems/consistency-timeout"));
        given().header("Prefer", "handling=lenient, wait=0")
                .get("/orders/{id}?minVersion=2", orderId)
                .then()
                .statusCode(200)
                .header("ETag", nullValue())
                .body("stale", equalTo(true));
        given().header("Prefer", "wait=0; handling=lenient")
                .header("Consistency-Token", token(Kind.ORDER, "never", 1))
                .get("/orders/never")
                .then()
                .statusCode(404)
                .body("type", equalTo("/problems/order-not-found"));
    }

    @Test
    void pages_show_each_order_once_in_every_sort() {
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        IntStream.range(0, 7)
                .mapToObj(i -> orderId + "-" + i)
                .forEach(id -> events.add(Events.record(id, 1, Events.created(customerId))));
        events.add(Events.record(orderId + "-3", 2, Events.SUBMITTED));
        publish(events);
        List<String> byId = IntStream.range(0, 7).mapToObj(i -> orderId + "-" + i).toList();
        awaitShown(byId);
        awaitShown(orderId + "-3", 2);

        assertEquals(byId, pages("createdAt"));
        assertEquals(byId.reversed(), pages("-createdAt"));
        assertEquals(orderId + "-3", pages("updatedAt").getLast());
        assertEquals(orderId + "-3", pages("-updatedAt").getFirst());
    }

    @Test
    void pages_are_exact_within_a_millisecond() {
        List<String> byTime = IntStream.range(0, 7).mapToObj(i -> orderId + "-" + (9 - i)).toList();
        publish(
                IntStream.range(0, 7)
                        .mapToObj(i ->
                                Events.record(
                                        byTime.get(i),
                                        1,
                                        Events.created(
                                                customerId,
                                                Events.ORDERED_AT.plusNanos(1_000L * i))))
                        .toList());
        awaitShown(byTime);

        assertEquals(byTime, pages("createdAt"));
        assertEquals(byTime.reversed(), pages("-createdAt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=-999999999-01-01T00:00:00Z",
                "to=%2B999999999-12-31T23:59:59Z",
                "from=-999999999-01-01T00:00:00Z&to=%2B999999999-12-31T23:59:59Z"
            })
    void times_beyond_those_that_the_store_knows_are_only_far_away(String query) {
        given().urlEncodingEnabled(false).get("/orders?" + query).then().statusCode(200);
    }

    @Test
    void filters_let_through_what_they_say() {
        String cancelled = orderId + "-c";
        publish(
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(cancelled, 1, Events.created(customerId)),
                Events.record(cancelled, 2, Events.CANCELLED));
        given().header("Prefer", "wait=20")
                .header(
                        "Consistency-Token",
                        token(Kind.ORDER, orderId, 1) + ", " + token(Kind.ORDER, cancelled, 2))
                .get("/orders")
                .then()
                .statusCode(200);

        assertEquals(List.of(cancelled), ids("status=CANCELLED"));
        assertEquals(List.of(orderId), ids("status=CREATED"));
        assertEquals(List.of(), ids("status=PAID"));
        assertEquals(List.of(cancelled, orderId), ids("from=2010-12-01&to=2010-12-02"));
        assertEquals(List.of(cancelled, orderId), ids("from=2010-12-01T08:26:00Z"));
        assertEquals(List.of(), ids("to=2010-12-01T08:26:00Z"));
    }

    @Test
    void an_unknown_customer_has_no_orders() {
        given().get("/customers/{id}/orders", customerId)
                .then()
                .statusCode(200)
                .body("items", equalTo(List.of()))
                .body("nextCursor", nullValue());
    }

    @ParameterizedTest
    @CsvSource({
        "/orders?x=1, x",
        "/orders?limit=1&limit=2, limit",
        "/orders?limit=0, limit",
        "/orders?limit=201, limit",
        "/orders?limit=1.0, limit",
        "/orders?status=created, status",
        "/orders?sort=total, sort",
        "/orders?cursor=abc, cursor",
        "/orders?cursor=, cursor",
        "/orders?cursor=ZjYyMjA3YWU6LTkyMjMzNzIwMzY4NTQ3NzU4MDg6YQ, cursor",
        "/orders?from=yesterday, from",
        "/orders?from=2026-01-02&to=2026-01-01, from",
        "/orders?customerId=%20, customerId",
        "/orders/%20, orderId",
        "/orders/a?minVersion=-1, minVersion",
        "/orders/a?minVersion=x, minVersion",
        "/customers/%20/orders, customerId",
        "/customers/a/orders?customerId=a, customerId",
        "/projections?x=1, x"
    })
    void a_malformed_query_is_refused_and_says_where(String path, String field) {
        given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/invalid-request"))
                .body("violations.field", hasItems(field));
    }

    @Test
    void a_cursor_belongs_to_its_sort_and_filters() {
        publish(
                Events.record(orderId + "-1", 1, Events.created(customerId)),
                Events.record(orderId + "-2", 1, Events.created(customerId)));
        String cursor =
                given().header("Prefer", "wait=20")
                        .header(
                                "Consistency-Token",
                                token(Kind.ORDER, orderId + "-1", 1)
                                        + ","
                                        + token(Kind.ORDER, orderId + "-2", 1))
                        .get("/orders?limit=1&customerId={id}", customerId)
                        .path("nextCursor");

        given().get("/orders?limit=5&customerId={id}&cursor={c}", customerId, cursor)
                .then()
                .statusCode(200);
        given().get("/orders?limit=1&cursor={c}", cursor).then().statusCode(400);
        given().get("/orders?customerId={id}&sort=createdAt&cursor={c}", customerId, cursor)
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "TzoxOmE,", ""})
    void a_malformed_token_is_refused(String token) {
        given().header("Consistency-Token", token).get("/orders").then().statusCode(400);
    }

    @ParameterizedTest
    @CsvSource({
        "from=2026-01-31, to",
        "to=2026-01-31, from",
        "from=2026-01-31T00:00:00Z&to=2026-02-01, from",
        "from=2026-02-30&to=2026-03-01, from",
        "from=2026-02-02&to=2026-02-01, from",
        "from=2024-01-01&to=2025-02-04, to",
        "from=2026-02-01&to=2026-02-01&currency=EUR, currency"
    })
    void a_range_of_days_that_is_wrong_says_why(String range, String field) {
        given().get("/stats/daily?" + range)
                .then()
                .statusCode(400)
                .body("violations.field", equalTo(List.of(field)));
    }

    @Test
    void four_hundred_days_without_orders_are_zeros_in_euros() {
        given().get("/stats/daily?from=1960-01-01&to=1961-02-03")
                .then()
                .statusCode(200)
                .body("days.size()", equalTo(400))
                .body("days[0].date", equalTo("1960-01-01"))
                .body("days[399].date", equalTo("1961-02-03"))
                .body("days[0].currency", equalTo("EUR"))
                .body("days[0].orderCount", equalTo(0))
                .body("days[0].totalRevenue", equalTo("0.00"))
                .body("days[0].averageOrderValue", equalTo("0.00"))
                .body("days[0].ordersByStatus.size()", equalTo(0));
    }

    @Test
    void statistics_wait_for_what_the_caller_wrote() {
        publish(Events.record(customerId, 1, Events.registered("Ada")));
        String ofCustomer = token(Kind.CUSTOMER, customerId, 1);
        String day = "/stats/daily?from=1960-01-01&to=1960-01-01";

        given().header("Prefer", "wait=20")
                .header("Consistency-Token", ofCustomer)
                .get(day)
                .then()
                .statusCode(200)
                .body("lastUpdated", not(nullValue()));
        given().header("Prefer", "wait=0")
                .header("Consistency-Token", token(Kind.ORDER, orderId, 1))
                .get(day)
                .then()
                .statusCode(503)
                .body("type", equalTo("/problems/consistency-timeout"));
        given().header("Prefer", "wait=0, handling=lenient")
                .header("Consistency-Token", token(Kind.ORDER, orderId, 1))
                .get(day)
                .then()
                .statusCode(200)
                .body("stale", equalTo(true));
    }

    @Test
    void what_is_not_there_is_said_as_a_problem() {
        given().get("/orders/never")
                .then()
                .statusCode(404)
                .body("type", equalTo("/problems/order-not-found"));
        given().get("/nothing").then().statusCode(404).body("type", equalTo("/problems/not-found"));
        given().get("/projections/x")
                .then()
                .statusCode(404)
                .body("type", equalTo("/problems/projection-not-found"));
        given().post("/orders").then().statusCode(405).header("Allow", "GET, HEAD, OPTIONS");
        given().accept("text/html").get("/orders").then().statusCode(406);
        given().get("/problems/order-not-found").then().statusCode(200);
    }

    @Test
    void a_body_that_is_too_large_is_refused() {
        given().contentType("application/json")
                .body("{\"reason\": \"%s\"}".formatted("a".repeat(1024 * 1024)))
                .post("/projections/order-details/dead-letters/order-events-0-1/discard")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/payload-too-large"));
    }

    @Test
    void every_answer_has_a_correlation_id() {
        given().header("Correlation-Id", "tour-1")
                .get("/orders")
                .then()
                .header("Correlation-Id", "tour-1");
        given().header("Correlation-Id", "not one")
                .get("/nothing")
                .then()
                .header("Correlation-Id", not("not one"))
                .body("correlationId.length()", equalTo(36));
    }

    @Test
    void all_projections_are_listed() {
        given().get("/projections")
                .then()
                .statusCode(200)
                .body(
                        "items.name",
                        equalTo(
                                List.of(
                                        "order-summaries",
                                        "order-details",
                                        "daily-order-stats",
                                        "order-search",
                                        "order-timeline")))
                .body("items.state.unique()", equalTo(List.of("LIVE")));
    }

    private static void awaitShown(List<String> orderIds) {
        orderIds.forEach(id -> awaitShown(id, 1));
    }

    private static void awaitShown(String id, long version) {
        given().header("Prefer", "wait=20")
                .header("Consistency-Token", token(Kind.ORDER, id, version))
                .get("/orders?limit=1")
                .then()
                .statusCode(200);
    }

    private List<String> pages(String sort) {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page =
                    given().get(
                                    "/orders?limit=3&customerId="
                                            + customerId
                                            + "&sort="
                                            + sort
                                            + cursor)
                            .then()
                            .statusCode(200)
                            .extract()
                            .jsonPath();
            seen.addAll(page.getList("items.orderId"));
            assertTrue(seen.size() <= 20, () -> "repeats itself: " + seen);
            String next = page.getString("nextCursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return seen;
    }

    private List<String> ids(String filter) {
        return given().get("/customers/" + customerId + "/orders?" + filter)
                .then()
                .statusCode(200)
                .extract()
                .path("items.orderId");
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void publish(ProducerRecord<String, byte[]>... records) {
        publish(List.of(records));
    }

    private static void publish(List<ProducerRecord<String, byte[]>> records) {
        String kafka = ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
        Events.publish(kafka, records);
    }

    private static String token(Kind kind, String id, long version) {
        return new ConsistencyToken(kind, id, version).encode();
    }
}
