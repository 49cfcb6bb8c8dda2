package orders.acceptance;

import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// What people do with orders, from the first command to what is read.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class JourneysTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Api api;
    private final String customerId = unique("customer");
    private final String orderId = unique("order");
    private final String order = "/orders/" + orderId;

    JourneysTest(RunningSystem system) {
        this.api = new Api(system);
    }

    @Test
    void an_order_goes_from_creation_to_delivery() {
        String customer = api.putCustomer(customerId, "Ada");
        Response created = api.command("POST", "/orders", Api.twoCups(orderId, customerId));
        assertAccepted(created, 1);
        Response added =
                api.command(
                        "POST",
                        order + "/items",
                        """
                        {"productId": "pot", "quantity": 1, "unitPrice": 12.5}
                        """);
        assertAccepted(added, 2);
        assertAccepted(api.command("POST", order + "/submit", "{}"), 3);
        Response paid =
                api.command(
                        "POST",
                        order + "/payment",
                        """
                        {"method": "card", "amount": "21.50", "reference": "P-1"}
                        """);
        assertAccepted(paid, 4);
        Response shipped =
                api.command(
                        "POST",
                        order + "/ship",
                        """
                        {"carrier": "Post", "trackingNumber": "T-1", "address": "Oslo"}
                        """);
        assertAccepted(shipped, 5);

        api.read(order, customer, shipped.header("Consistency-Token"))
                .header("ETag", matchesPattern("\"5\\.[A-Za-z0-9]+\""))
                .body("version", is(5))
                .body("stale", is(false))
                .body("lastUpdated", notNullValue())
                .body("order.orderId", is(orderId))
                .body("order.customer.customerId", is(customerId))
                .body("order.customer.name", is("Ada"))
                .body("order.customer.country", is("Norway"))
                .body("order.customer.email", nullValue())
                .body("order.status", is("SHIPPED"))
                .body("order.currency", is("EUR"))
                .body("order.total", is("21.50"))
                .body("order.items.productId", contains("cup", "pot"))
                .body("order.items.description", contains("A cup", null))
                .body("order.items.quantity", contains(2, 1))
                .body("order.items.unitPrice", contains("4.50", "12.50"))
                .body("order.items.lineTotal", contains("9.00", "12.50"))
                .body("order.payment.method", is("card"))
                .body("order.payment.amount", is("21.50"))
                .body("order.payment.reference", is("P-1"))
                .body("order.shipping.carrier", is("Post"))
                .body("order.shipping.trackingNumber", is("T-1"))
                .body("order.shipping.address", is("Oslo"))
                .body("order.history.status", contains("CREATED", "SUBMITTED", "PAID", "SHIPPED"))
                .body("order.history.version", contains(1, 3, 4, 5))
                .body("order.history.at", everyItem(matchesPattern(".*T.*Z")))
                .body("order.createdAt", matchesPattern(".*T.*Z"))
                .body("order.updatedAt", matchesPattern(".*T.*Z"));
        api.read(
                        "/customers/" + customerId + "/orders",
                        customer,
                        shipped.header("Consistency-Token"))
                .body("items", hasSize(1))
                .body("items[0].orderId", is(orderId))
                .body("items[0].customerId", is(customerId))
                .body("items[0].customerName", is("Ada"))
                .body("items[0].status", is("SHIPPED"))
                .body("items[0].total", is("21.50"))
                .body("items[0].currency", is("EUR"))
                .body("items[0].itemCount", is(2))
                .body("items[0].version", is(5))
                .body("nextCursor", nullValue())
                .body("lastUpdated", notNullValue());
        api.read(
                        "/orders/search?q=cupp%20ada&customerId=" + customerId,
                        customer,
                        shipped.header("Consistency-Token"))
                .body("total", is(1))
                .body("stale", is(false))
                .body("hits[0].orderId", is(orderId))
                .body("hits[0].customerName", is("Ada"))
                .body("hits[0].status", is("SHIPPED"))
                .body("hits[0].total", is("21.50"))
                .body("hits[0].itemCount", is(2))
                .body("hits[0].version", is(5))
                .body("hits[0].highlight.descriptions", contains("A <em>cup</em>"))
                .body("facets.country.Norway", is(1))
                .body("facets.product.pot", is(1))
                .body("lastUpdated", notNullValue());
    }

    private void assertAccepted(Response answer, int version) {
        answer.then()
                .statusCode(202)
                .header("Location", order)
                .header("ETag", "\"" + version + "\"")
                .header("Consistency-Token", notNullValue())
                .header("Correlation-Id", notNullValue())
                .body("orderId", is(orderId))
                .body("version", is(version));
    }

    @Test
    void a_cancelled_order_says_why() {
        api.createOrder(orderId, customerId);
        String token = api.accept("POST", order + "/cancel", "{\"reason\": \"Too late\"}");

        api.read(order, token)
                .body("order.status", is("CANCELLED"))
                .body("order.history.status", contains("CREATED", "CANCELLED"))
                .body("order.history[0].reason", nullValue())
                .body("order.history[1].reason", is("Too late"))
                .body("order.payment", nullValue())
                .body("order.shipping", nullValue());
        api.read("/orders?status=CANCELLED&customerId=" + customerId, token)
                .body("items.orderId", contains(orderId));
        api.read("/orders?status=CREATED&customerId=" + customerId, token).body("items", empty());
    }

    @Test
    void what_is_already_true_is_accepted_and_changes_nothing() {
        api.putCustomer(customerId, "Ada");
        api.command(
                        "PUT",
                        "/customers/" + customerId,
                        "{\"name\": \"Ada\", \"country\": \"Norway\"}")
                .then()
                .statusCode(202)
                .header("Location", "/customers/" + customerId)
                .body("customerId", is(customerId))
                .body("version", is(1));
        api.createOrder(orderId, customerId);
        assertAccepted(api.command("POST", order + "/submit", "{}"), 2);
        assertAccepted(api.command("POST", order + "/submit", "{}"), 2);
        assertAccepted(api.command("POST", order + "/cancel", "{\"reason\": \"first\"}"), 3);
        Response again = api.command("POST", order + "/cancel", "{\"reason\": \"second\"}");
        assertAccepted(again, 3);

        api.read(order, again.header("Consistency-Token"))
                .body("version", is(3))
                .body("order.history[2].reason", is("first"));
    }

    @Test
    void a_name_that_comes_after_the_order_is_filled_in_everywhere() {
        String created = api.createOrder(orderId, customerId);
        api.read(order, created)
                .body("order.customer.customerId", is(customerId))
                .body("order.customer.name", nullValue());
        api.read("/customers/" + customerId + "/orders", created)
                .body("items[0].customerName", nullValue());

        assertNameEverywhere("Grace", created, api.putCustomer(customerId, "Grace"));
    }

    @Test
    void a_name_that_changes_later_changes_everywhere() {
        String registered = api.putCustomer(customerId, "Grace");
        String created = api.createOrder(orderId, customerId);
        String other = api.createOrder(unique("order"), customerId);
        assertNameEverywhere("Grace", created, other, registered);
        String tagBefore = api.read(order).extract().header("ETag");

        String changed = api.putCustomer(customerId, "Grace Hopper");

        assertNameEverywhere("Grace Hopper", created, other, changed);
        api.read(order, changed).body("version", is(1)).header("ETag", not(equalTo(tagBefore)));
    }

    private void assertNameEverywhere(String name, String... tokens) {
        api.read(order, tokens).body("order.customer.name", is(name));
        api.read("/customers/" + customerId + "/orders", tokens)
                .body("items.customerName", everyItem(is(name)))
                .body("items.orderId", not(empty()));
        api.read("/orders?customerId=" + customerId, tokens)
                .body("items.customerName", everyItem(is(name)))
                .body("items.orderId", not(empty()));
        api.read("/orders/search?customerId=" + customerId, tokens)
                .body("hits.customerName", everyItem(is(name)))
                .body("hits.orderId", not(empty()));
    }

    @Test
    void a_read_with_the_token_of_a_command_shows_that_command() {
        String list = "/orders?limit=1&sort=-updatedAt&customerId=" + customerId;
        String customersList = "/customers/" + customerId + "/orders";
        api.createOrder(orderId, customerId);
        for (int version = 2; version <= 20; version++) {
            String token =
                    api.accept(
                            "POST",
                            order + "/items",
                            """
                            {"productId": "pot", "quantity": 1, "unitPrice": "1.00"}
                            """);
            // Each read model is asked first in some of the rounds.
            switch (version % 3) {
                case 0 -> api.read(order, token).body("version", is(version));
                case 1 -> api.read(list, token).body("items[0].version", is(version));
                default -> api.read(customersList, token).body("items[0].version", is(version));
            }
            api.read(order + "?minVersion=" + version).body("order.items", hasSize(version));
            api.read(list, token).body("items[0].itemCount", is(version));
        }
    }

    @Test
    void a_read_that_is_ahead_of_everything_times_out_or_says_that_it_is_stale() {
        String created = api.createOrder(orderId, customerId);
        api.read(order, created);

        api.query()
                .header("Prefer", "wait=1")
                .get(order + "?minVersion=2")
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("type", is("/problems/consistency-timeout"));
        api.query()
                .header("Prefer", "wait=1, handling=lenient")
                .get(order + "?minVersion=2")
                .then()
                .statusCode(200)
                .header("ETag", nullValue())
                .body("version", is(1))
                .body("stale", is(true));
    }

    @Test
    void an_order_that_did_not_change_is_not_sent_again() {
        String created = api.createOrder(orderId, customerId);
        String tag = api.read(order, created).extract().header("ETag");

        api.query().header("If-None-Match", tag).get(order).then().statusCode(304);
        String submitted = api.accept("POST", order + "/submit", "{}");
        api.query(submitted)
                .header("If-None-Match", tag)
                .get(order)
                .then()
                .statusCode(200)
                .body("version", is(2));
    }

    @Test
    void pages_show_each_order_once_in_the_order_that_was_asked_for() {
        Set<String> ids = new TreeSet<>();
        List<String> tokens = new ArrayList<>();
        Instant noon = Instant.parse("2024-03-01T12:00:00Z");
        for (int number = 0; number < 7; number++) {
            String id = unique("order");
            // Two of each day: equal times must not confuse the cursor.
            Instant orderedAt = noon.plus(Duration.ofDays(number / 2));
            tokens.add(api.accept("POST", "/orders", ordered(id, orderedAt)));
            ids.add(id);
        }
        String[] all = tokens.toArray(String[]::new);
        String list = "/orders?limit=3&customerId=" + customerId;

        for (String field : List.of("createdAt", "updatedAt")) {
            assertSorted(
                    ids, field, Comparator.naturalOrder(), pages(list + "&sort=" + field, all));
            assertSorted(
                    ids, field, Comparator.reverseOrder(), pages(list + "&sort=-" + field, all));
        }
        assertSorted(ids, "createdAt", Comparator.reverseOrder(), pages(list, all));
        // From is inclusive, to is exclusive; dates and instants.
        assertEquals(4, pages(list + "&from=2024-03-02&to=2024-03-04", all).size());
        assertEquals(5, pages(list + "&from=2024-03-02T12:00:00Z", all).size());
        assertEquals(2, pages(list + "&to=2024-03-02T12:00:00Z", all).size());
    }

    private String ordered(String id, Instant orderedAt) {
        return """
        {"orderId": "%s", "customerId": "%s", "orderedAt": "%s", "currency": "GBP",
         "items": [{"productId": "cup", "quantity": 1, "unitPrice": "1"}]}
        """
                .formatted(id, customerId, orderedAt);
    }

    private static void assertSorted(
            Set<String> ids,
            String field,
            Comparator<Instant> direction,
            List<Map<String, String>> listed) {
        assertEquals(
                List.copyOf(ids),
                listed.stream().map(order -> order.get("orderId")).sorted().toList());
        List<Instant> times =
                listed.stream().map(order -> Instant.parse(order.get(field))).toList();
        assertEquals(times.stream().sorted(direction).toList(), times);
    }

    private List<Map<String, String>> pages(String list, String... tokens) {
        List<Map<String, String>> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = api.read(list + cursor, tokens).extract().jsonPath();
            listed.addAll(page.getList("items"));
            String next = page.getString("nextCursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return listed;
    }

    @Test
    void without_a_token_a_read_shows_the_order_soon() {
        api.createOrder(orderId, customerId);
        await().atMost(DEADLINE)
                .untilAsserted(() -> api.read(order).body("version", greaterThanOrEqualTo(1)));
    }

    @Test
    void submitted_orders_make_the_statistics_of_their_day() {
        String day = "/stats/daily?from=1999-12-30&to=1999-12-31";
        String left = orderOnTheLastDay("left");
        orderOnTheLastDay("submitted");
        orderOnTheLastDay("cancelled");
        String submitted = api.accept("POST", order + "-submitted/submit", "{}");
        api.accept("POST", order + "-cancelled/submit", "{}");
        String cancelled =
                api.accept("POST", order + "-cancelled/cancel", "{\"reason\": \"late\"}");

        api.read(day, left, submitted, cancelled)
                .body("days.date", contains("1999-12-30", "1999-12-31"))
                .body("days.currency", contains("NOK", "NOK"))
                .body("days.orderCount", contains(0, 2))
                .body("days.totalRevenue", contains("0.00", "9.00"))
                .body("days.averageOrderValue", contains("0.00", "9.00"))
                .body("days[0].ordersByStatus", is(Map.of()))
                .body("days[1].ordersByStatus", is(Map.of("CANCELLED", 1, "SUBMITTED", 1)))
                .body("lastUpdated", notNullValue());
    }

    private String orderOnTheLastDay(String fate) {
        return api.accept(
                "POST",
                "/orders",
                """
                {"orderId": "%s-%s", "customerId": "%s", "currency": "NOK",
                 "orderedAt": "1999-12-31T23:59:59Z",
                 "items": [{"productId": "cup", "quantity": 2, "unitPrice": "4.50"}]}
                """
                        .formatted(orderId, fate, customerId));
    }
}
