package orders.acceptance;

import static io.restassured.RestAssured.given;
import static orders.acceptance.BadRequest.call;
import static orders.acceptance.BadRequest.post;
import static orders.acceptance.BadRequest.putCustomer;
import static orders.acceptance.RunningSystem.unique;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.acceptance.TopicReader.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every rule of `api.md` for commands, broken once: it is said what is wrong, and nothing changes.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class BadCommandsTest {

    private static final String ITEMS = "/orders/{order}/items";
    private static final String PAYMENT = "/orders/{order}/payment";
    private static final String SHIP = "/orders/{order}/ship";
    private static final String CANCEL = "/orders/{order}/cancel";
    private static final String LONG_ID = "x".repeat(65);
    private static final Map<String, String> NO_CONTENT_TYPE = Map.of();
    private static final String PARTS =
            "--x\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\nwhy not\r\n--x--\r\n";
    private static final int MEBIBYTE = 1024 * 1024;

    static final List<BadRequest> FORM =
            List.of(
                    // Nothing is coerced.
                    create("text as quantity", "quantity", "\"2\"").violates("items[0].quantity"),
                    create("boolean as quantity", "quantity", "true").violates("items[0].quantity"),
                    create("list as quantity", "quantity", "[2]").violates("items[0].quantity"),
                    create("quantity 2.0", "quantity", "2.0").violates("items[0].quantity"),
                    create("quantity 2e0", "quantity", "2e0").violates("items[0].quantity"),
                    create("quantity of 400 digits", "quantity", "9".repeat(400))
                            .violates("items[0].quantity"),
                    create("number as product id", "productId", "12")
                            .violates("items[0].productId"),
                    create("number as description", "description", "12")
                            .violates("items[0].description"),
                    create("object as price", "unitPrice", "{}").violates("items[0].unitPrice"),
                    post("number as reason", CANCEL, "{\"reason\": 1}").violates("reason"),
                    putCustomer("boolean as name", "{\"name\": true}").violates("name"),
                    post(
                                    "items that are an object",
                                    "/orders",
                                    "{\"customerId\": \"{customer}\", \"items\": {}}")
                            .violates("items"),
                    post(
                                    "items that are texts",
                                    "/orders",
                                    "{\"customerId\": \"{customer}\", \"items\": [\"cup\"]}")
                            .violates("items[0]"),

                    // Unknown, repeated and missing fields.
                    created("unknown field", "\"note\": \"x\"").violates("note"),
                    created("unknown field with null", "\"note\": null").violates("note"),
                    created("repeated field", "\"orderId\": \"{new}\"").violates("orderId"),
                    create("unknown field of an item", "price", "\"1.00\"")
                            .violates("items[0].price"),
                    post("repeated field of an item", ITEMS, item("\"quantity\": 1"))
                            .violates("quantity"),
                    post(
                                    "unknown field in an empty command",
                                    "/orders/{order}/submit",
                                    "{\"a\": 1}")
                            .violates("a"),
                    post("missing fields of an order", "/orders", "{}")
                            .violates("customerId", "items"),
                    post("missing fields of an item", ITEMS, "{}")
                            .violates("productId", "quantity", "unitPrice"),
                    post("missing reason", CANCEL, "{}").violates("reason"),
                    post("null instead of a reason", CANCEL, "{\"reason\": null}")
                            .violates("reason"),
                    post("missing fields of a payment", PAYMENT, "{}").violates("amount", "method"),
                    post("missing fields of a shipment", SHIP, "{}")
                            .violates("carrier", "trackingNumber"),
                    putCustomer("missing name", "{}").violates("name"),

                    // Texts.
                    create("description of 501", "description", quoted("x".repeat(501)))
                            .violates("items[0].description"),
                    create(
                                    "description of 501 code points",
                                    "description",
                                    quoted("😀".repeat(501)))
                            .violates("items[0].description"),
                    create("newline in a description", "description", "\"a\\nb\"")
                            .violates("items[0].description"),
                    create("tab in a description", "description", "\"a\\tb\"")
                            .violates("items[0].description"),
                    create("NUL in a description", "description", "\"a\\u0000b\"")
                            .violates("items[0].description"),
                    create("DEL in a description", "description", "\"a\\u007fb\"")
                            .violates("items[0].description"),
                    create("C1 control in a description", "description", "\"a\\u0085b\"")
                            .violates("items[0].description"),
                    create("lone high surrogate", "description", "\"a\\ud83db\"")
                            .violates("items[0].description"),
                    create("lone low surrogate", "description", "\"a\\ude00\"")
                            .violates("items[0].description"),
                    putCustomer("empty name", "{\"name\": \"\"}").violates("name"),
                    putCustomer("blank name", "{\"name\": \"  \"}").violates("name"),
                    putCustomer("name of 201", "{\"name\": " + quoted("x".repeat(201)) + "}")
                            .violates("name"),
                    putCustomer("email without @", "{\"name\": \"A\", \"email\": \"ada\"}")
                            .violates("email"),
                    putCustomer(
                                    "email of 255",
                                    "{\"name\": \"A\", \"email\": "
                                            + quoted("x".repeat(243) + "@example.com")
                                            + "}")
                            .violates("email"),
                    putCustomer("empty country", "{\"name\": \"A\", \"country\": \"\"}")
                            .violates("country"),
                    putCustomer(
                                    "country of 61",
                                    "{\"name\": \"A\", \"country\": "
                                            + quoted("x".repeat(61))
                                            + "}")
                            .violates("country"),
                    post("empty reason", CANCEL, "{\"reason\": \"\"}").violates("reason"),
                    post("reason of 501", CANCEL, "{\"reason\": " + quoted("x".repeat(501)) + "}")
                            .violates("reason"),
                    post(
                                    "texts of a payment",
                                    PAYMENT,
                                    "{\"method\": %s, \"amount\": \"9.00\", \"reference\": %s}"
                                            .formatted(
                                                    quoted("x".repeat(41)),
                                                    quoted("x".repeat(101))))
                            .violates("method", "reference"),
                    post(
                                    "texts of a shipment",
                                    SHIP,
                                    "{\"carrier\": %s, \"trackingNumber\": \"\", \"address\": %s}"
                                            .formatted(
                                                    quoted("x".repeat(101)),
                                                    quoted("x".repeat(501))))
                            .violates("address", "carrier", "trackingNumber"),

                    // Limits.
                    post("no items", "/orders", "{\"customerId\": \"{customer}\", \"items\": []}")
                            .violates("items"),
                    post("501 items", "/orders", orderOf(501)).violates("items"),
                    create("quantity 0", "quantity", "0").violates("items[0].quantity"),
                    create("quantity -1", "quantity", "-1").violates("items[0].quantity"),
                    create("quantity 1,000,001", "quantity", "1000001")
                            .violates("items[0].quantity"),
                    create("price of three decimals", "unitPrice", "\"1.001\"")
                            .violates("items[0].unitPrice"),
                    create("price of three decimals as a number", "unitPrice", "1.001")
                            .violates("items[0].unitPrice"),
                    create("negative price", "unitPrice", "\"-1.00\"")
                            .violates("items[0].unitPrice"),
                    create("negative price as a number", "unitPrice", "-1")
                            .violates("items[0].unitPrice"),
                    create("price with exponent", "unitPrice", "\"1e2\"")
                            .violates("items[0].unitPrice"),
                    create("price with exponent as a number", "unitPrice", "1e2")
                            .violates("items[0].unitPrice"),
                    create("price above a million", "unitPrice", "\"1000000.01\"")
                            .violates("items[0].unitPrice"),
                    create("price of 400 digits", "unitPrice", quoted("9".repeat(400)))
                            .violates("items[0].unitPrice"),
                    create("price without whole part", "unitPrice", "\".50\"")
                            .violates("items[0].unitPrice"),
                    create("price with sign", "unitPrice", "\"+1.00\"")
                            .violates("items[0].unitPrice"),
                    create("price with comma", "unitPrice", "\"1,00\"")
                            .violates("items[0].unitPrice"),
                    create("empty price", "unitPrice", "\"\"").violates("items[0].unitPrice"),
                    create("price in Arabic digits", "unitPrice", "\"\\u0661\"")
                            .violates("items[0].unitPrice"),
                    post(
                                    "negative amount",
                                    PAYMENT,
                                    "{\"method\": \"card\", \"amount\": \"-9.00\"}")
                            .violates("amount"),
                    created("currency in lower case", "\"currency\": \"eur\"").violates("currency"),
                    created("currency that does not exist", "\"currency\": \"ABC\"")
                            .violates("currency"),
                    created("empty currency", "\"currency\": \"\"").violates("currency"),
                    created("ordered in the future", "\"orderedAt\": \"" + tomorrow() + "\"")
                            .violates("orderedAt"),
                    created("ordered before 1970", "\"orderedAt\": \"1969-12-31T23:59:59Z\"")
                            .violates("orderedAt"),
                    created("ordered on a date", "\"orderedAt\": \"2024-03-01\"")
                            .violates("orderedAt"),
                    created(
                                    "ordered on a day that does not exist",
                                    "\"orderedAt\": \"2023-02-29T00:00:00Z\"")
                            .violates("orderedAt"),
                    created("ordered at a number", "\"orderedAt\": 1700000000")
                            .violates("orderedAt"),

                    // Ids.
                    orderWith("customerId", "-a").violates("customerId"),
                    orderWith("customerId", "").violates("customerId"),
                    orderWith("customerId", "a b").violates("customerId"),
                    orderWith("customerId", LONG_ID).violates("customerId"),
                    orderWith("orderId", "ä").violates("orderId"),
                    orderWith("orderId", LONG_ID).violates("orderId"),
                    orderWith("orderId", "search").violates("orderId"),
                    orderWith("orderId", "stream").violates("orderId"),
                    create("product id with a space", "productId", "\"a b\"")
                            .violates("items[0].productId"),
                    post("bad order id in the path", "/orders/-a/submit", "{}").violates("orderId"),
                    post("order id with a space", "/orders/a%20b/submit", "{}").violates("orderId"),
                    post("order id of 65", "/orders/" + LONG_ID + "/submit", "{}")
                            .violates("orderId"),
                    post("order id search", "/orders/search/submit", "{}").violates("orderId"),
                    post("order id stream", "/orders/stream/submit", "{}").violates("orderId"),
                    post(
                                    "item for the order id search",
                                    "/orders/search/items",
                                    item("\"description\": null"))
                            .violates("orderId"),
                    post("cancellation of stream", "/orders/stream/cancel", "{\"reason\": \"x\"}")
                            .violates("orderId"),
                    call("search as an order that is held", "POST", "/relay/held/search/retry")
                            .violates("orderId"),
                    call("stream as an order that is held", "POST", "/relay/held/stream/retry")
                            .violates("orderId"),
                    call("bad customer id in the path", "PUT", "/customers/_a")
                            .sending("{\"name\": \"A\"}")
                            .violates("customerId"),

                    // Everything at once.
                    post(
                                    "several violations",
                                    "/orders",
                                    """
                                    {"customerId": "-", "orderId": "{new}", "currency": "x", "extra": 1,
                                     "orderedAt": "never",
                                     "items": [{"productId": "cup", "quantity": 1, "unitPrice": "1"},
                                               {"productId": "", "quantity": 0, "unitPrice": "x"}]}
                                    """)
                            .violates(
                                    "currency",
                                    "customerId",
                                    "extra",
                                    "items[1].productId",
                                    "items[1].quantity",
                                    "items[1].unitPrice",
                                    "orderedAt"),

                    // Bodies that are no object.
                    post("no JSON", "/orders", "{\"customerId\": ").violates(),
                    post("words", "/orders", "hello").violates(),
                    post("array", "/orders", "[" + Api.twoCups("{new}", "{customer}") + "]")
                            .violates(),
                    post("text", "/orders", "\"order\"").violates(),
                    post("null", "/orders", "null").violates(),
                    post("two objects", "/orders", Api.twoCups("{new}", "{customer}") + "{}")
                            .violates(),
                    post("comment", "/orders", "/* */" + Api.twoCups("{new}", "{customer}"))
                            .violates(),
                    post("nested without end", "/orders", "{\"a\":".repeat(5_000)).violates(),
                    post("array for an empty command", "/orders/{order}/submit", "[]").violates(),
                    post(
                                    "field for a call without fields",
                                    "/relay/held/{order}/retry",
                                    "{\"a\": 1}")
                            .violates("a"),
                    call("not UTF-8", "POST", "/orders")
                            .sendingBytes(
                                    Api.twoCups("{new}", "{customer}").replace("A cup", "\u00e9"))
                            .with(Map.of("Content-Type", "application/json"))
                            .violates(),
                    post("empty body", "/orders", "").violates("customerId", "items"),
                    call("no body", "POST", "/orders").violates("customerId", "items"),

                    // Headers, paths, methods, size.
                    call("no Content-Type", "POST", "/orders")
                            .sending(Api.twoCups("{new}", "{customer}"))
                            .with(NO_CONTENT_TYPE)
                            .is(415, "unsupported-media-type"),
                    call("text/plain", "POST", "/orders")
                            .sending(Api.twoCups("{new}", "{customer}"))
                            .with(Map.of("Content-Type", "text/plain"))
                            .is(415, "unsupported-media-type"),
                    call("form", "POST", CANCEL)
                            .sending("reason=x")
                            .with(Map.of("Content-Type", "application/x-www-form-urlencoded"))
                            .is(415, "unsupported-media-type"),
                    call("multipart form", "POST", "/orders")
                            .sending(PARTS)
                            .with(Map.of("Content-Type", "multipart/form-data; boundary=x"))
                            .is(415, "unsupported-media-type"),
                    call("form that cannot be read", "PUT", "/customers/{customer}")
                            .sending("%zz=%")
                            .with(Map.of("Content-Type", "application/x-www-form-urlencoded"))
                            .is(415, "unsupported-media-type"),
                    post("an answer that cannot be given", "/orders/{order}/submit", "{}")
                            .with(Map.of("Content-Type", "application/json", "Accept", "image/png"))
                            .is(406, "not-acceptable"),
                    post("unknown path", "/baskets", "{}").is(404, "not-found"),
                    post("unknown command", "/orders/{order}/refund", "{}").is(404, "not-found"),
                    call("root", "GET", "/").is(404, "not-found"),
                    post(
                                    "body of more than 1 MiB",
                                    CANCEL,
                                    "{\"reason\": " + quoted("x".repeat(MEBIBYTE)) + "}")
                            .is(413, "payload-too-large"),

                    // What only the state can refuse.
                    post("unknown order", "/orders/{new}/submit", "{}").is(404, "order-not-found"),
                    post(
                                    "item for an unknown order",
                                    "/orders/{new}/items",
                                    item("\"description\": null"))
                            .is(404, "order-not-found"),
                    post("order that exists", "/orders", Api.twoCups("{order}", "{customer}"))
                            .is(409, "order-already-exists"),
                    post(
                                    "payment before submit",
                                    PAYMENT,
                                    "{\"method\": \"card\", \"amount\": \"9.00\"}")
                            .is(409, "illegal-transition"),
                    post(
                                    "shipment before payment",
                                    SHIP,
                                    "{\"carrier\": \"Post\", \"trackingNumber\": \"1\"}")
                            .is(409, "illegal-transition"));

    private final RunningSystem system;
    private final Api api;
    private final Refusals refusals;
    private final String orderId = unique("order");
    private final String newOrderId = unique("new");
    private final String customerId = unique("customer");
    private final Map<String, String> ids =
            Map.of("order", orderId, "new", newOrderId, "customer", customerId);

    BadCommandsTest(RunningSystem system) {
        this.system = system;
        this.api = new Api(system);
        this.refusals = new Refusals(system.commandUri());
    }

    @ParameterizedTest
    @FieldSource("FORM")
    void a_bad_request_is_a_problem_and_changes_nothing(BadRequest bad) {
        api.putCustomer(customerId, "Ada");
        api.createOrder(orderId, customerId);

        refusals.assertRefused(bad.about(ids));

        assertNothingHasChanged();
    }

    /// The next command of each gets the version that it would have got anyway.
    private void assertNothingHasChanged() {
        String anItem = item("\"description\": null");
        Response added = api.command("POST", "/orders/" + orderId + "/items", anItem);
        added.then().statusCode(202).body("version", is(2));
        Response created = api.command("POST", "/orders", Api.twoCups(newOrderId, customerId));
        created.then().statusCode(202).body("version", is(1));
        Response put =
                api.command(
                        "PUT",
                        "/customers/" + customerId,
                        "{\"name\": \"Ada L.\", \"country\": \"Norway\"}");
        put.then().statusCode(202).body("version", is(2));
        String[] tokens =
                Stream.of(added, created, put)
                        .map(answer -> answer.header("Consistency-Token"))
                        .toArray(String[]::new);
        api.read("/customers/" + customerId + "/orders", tokens)
                .body("items.orderId", containsInAnyOrder(orderId, newOrderId))
                .body("items.status", everyItem(is("CREATED")))
                .body("items.customerName", everyItem(is("Ada L.")));
    }

    @Test
    void bad_requests_leave_no_trace_in_the_topics() {
        api.putCustomer(customerId, "Ada");
        api.createOrder(orderId, customerId);

        FORM.forEach(bad -> refusals.assertRefused(bad.about(ids)));

        // What is published later stands behind whatever they could have caused.
        String last = unique("last");
        api.read("/orders/" + last, api.createOrder(last, customerId));
        List<Event> ofOrders =
                system.topics().all(TopicReader.ORDER_EVENTS).stream()
                        .filter(event -> event.value().contains(customerId))
                        .toList();
        assertEquals(Set.of(orderId, last), Set.copyOf(ofOrders.stream().map(Event::key).toList()));
        List<Event> ofThem =
                system.topics().all(TopicReader.ORDER_EVENTS).stream()
                        .filter(event ->
                                event.key().equals(orderId) || event.key().equals(newOrderId))
                        .toList();
        assertEquals(List.of("OrderCreated"), ofThem.stream().map(Event::type).distinct().toList());
        List<Event> ofCustomer =
                system.topics().all(TopicReader.CUSTOMER_EVENTS).stream()
                        .filter(event -> event.key().equals(customerId))
                        .toList();
        assertEquals(Set.of(1L), Set.copyOf(ofCustomer.stream().map(Event::version).toList()));
    }

    static final List<BadRequest> WRONG_METHODS =
            List.of(
                    call("GET", "GET", "/orders"),
                    call("DELETE", "DELETE", "/orders/{order}/submit"),
                    call("PUT", "PUT", "/orders/{order}/items")
                            .sending(item("\"description\": null")),
                    call("PATCH", "PATCH", "/orders").sending("{}"),
                    call("GET a customer", "GET", "/customers/{customer}"),
                    call("POST a customer", "POST", "/customers/{customer}")
                            .sending("{\"name\": \"A\"}"));

    @ParameterizedTest
    @FieldSource("WRONG_METHODS")
    void a_wrong_method_is_told_the_right_one(BadRequest bad) {
        api.putCustomer(customerId, "Ada");
        api.createOrder(orderId, customerId);

        var answer = refusals.assertRefused(bad.about(ids).is(405, "method-not-allowed"));

        Refusals.assertAllows(bad.path().startsWith("/customers") ? "PUT" : "POST", answer);
        assertNothingHasChanged();
    }

    @Test
    void commands_out_of_turn_are_refused_in_every_state() {
        String payment = "{\"method\": \"card\", \"amount\": \"9.00\"}";
        String wrongPayment = "{\"method\": \"card\", \"amount\": \"8.99\"}";
        String shipment = "{\"carrier\": \"Post\", \"trackingNumber\": \"1\"}";
        String anItem = item("\"description\": null");
        var addItem = post("item", ITEMS, anItem).is(409, "illegal-transition");
        var submit = post("submit", "/orders/{order}/submit", "{}").is(409, "illegal-transition");
        var pay = post("pay", PAYMENT, payment).is(409, "illegal-transition");
        var payWrongly = post("wrong amount", PAYMENT, wrongPayment);
        var ship = post("ship", SHIP, shipment).is(409, "illegal-transition");
        var cancel = post("cancel", CANCEL, "{\"reason\": \"x\"}").is(409, "illegal-transition");

        api.createOrder(orderId, customerId);
        assertRefused(1, pay, payWrongly.is(409, "illegal-transition"), ship);
        api.accept("POST", "/orders/" + orderId + "/submit", "{}");
        assertRefused(2, addItem, payWrongly.is(409, "payment-amount-mismatch"), ship);
        api.accept("POST", "/orders/" + orderId + "/payment", payment);
        assertRefused(3, addItem, submit, pay);
        api.accept("POST", "/orders/" + orderId + "/ship", shipment);
        assertRefused(4, addItem, submit, pay, ship, cancel);

        api.createOrder(newOrderId, customerId);
        api.accept("POST", "/orders/" + newOrderId + "/cancel", "{\"reason\": \"x\"}");
        for (BadRequest bad : List.of(addItem, submit, pay, ship)) {
            refusals.assertRefused(bad.about(Map.of("order", newOrderId)));
        }
        api.read("/orders/" + newOrderId + "?minVersion=2").body("version", is(2));
    }

    private void assertRefused(int version, BadRequest... all) {
        Arrays.stream(all).forEach(bad -> refusals.assertRefused(bad.about(ids)));
        api.read("/orders/" + orderId + "?minVersion=" + version).body("version", is(version));
    }

    @Test
    void what_is_just_within_the_limits_is_accepted() {
        String now = Instant.now().plusSeconds(30).truncatedTo(ChronoUnit.SECONDS).toString();
        String body =
                """
                {"orderId": "%s", "customerId": "%s", "currency": "JPY", "orderedAt": "%s",
                 "items": [{"productId": "%s", "description": "%s", "quantity": 1000000,
                            "unitPrice": "1000000.00"},
                           {"productId": "free", "description": null, "quantity": 1, "unitPrice": 0.5}]}
                """
                        .formatted(newOrderId, customerId, now, "p".repeat(64), "😀".repeat(500));
        String token = api.accept("POST", "/orders", body);
        api.read("/orders/" + newOrderId, token)
                .body("order.total", is("1000000000000.50"))
                .body("order.currency", is("JPY"))
                .body("order.items[0].description", is("😀".repeat(500)))
                .body("order.items[1].unitPrice", is("0.50"))
                .body("order.createdAt", matchesPattern(".*Z"));

        String largest =
                api.accept(
                        "POST",
                        "/orders",
                        orderOf(500).replace("{new}", orderId).replace("{customer}", customerId));
        api.read("/orders/" + orderId, largest).body("order.items.size()", is(500));
        refusals.assertRefused(
                post("line 501", ITEMS, item("\"description\": null"))
                        .about(ids)
                        .is(409, "too-many-items"));
        api.read("/orders/" + orderId, largest).body("version", is(1));
    }

    @Test
    void a_problem_gets_a_correlation_id_when_the_caller_has_none_that_can_be_used() {
        for (String own : List.of("", "with space", "x".repeat(65))) {
            Response answer =
                    given().baseUri(system.commandUri().toString())
                            .header("Correlation-Id", own)
                            .get("/nothing");
            String correlationId = answer.header("Correlation-Id");
            answer.then().statusCode(404).body("correlationId", is(correlationId));
            assertTrue(correlationId.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), correlationId);
        }
    }

    /// An order whose only item has this value instead.
    private static BadRequest create(String name, String field, String json) {
        List<String> fields = new ArrayList<>();
        Map<String, String> good =
                Map.of("productId", "\"cup\"", "quantity", "1", "unitPrice", "\"1.00\"");
        good.forEach((known, value) ->
                fields.add(quoted(known) + ": " + (known.equals(field) ? json : value)));
        if (!good.containsKey(field)) {
            fields.add(quoted(field) + ": " + json);
        }
        String body =
                "{\"orderId\": \"{new}\", \"customerId\": \"{customer}\", \"items\": [{%s}]}"
                        .formatted(String.join(", ", fields));
        return post(name, "/orders", body);
    }

    /// A good order with one more field.
    private static BadRequest created(String name, String field) {
        String good = Api.twoCups("{new}", "{customer}").strip();
        return post(name, "/orders", good.substring(0, good.length() - 1) + ", " + field + "}");
    }

    /// An order with this id instead of a good one.
    private static BadRequest orderWith(String field, String id) {
        String good = field.equals("orderId") ? "{new}" : "{customer}";
        String body = Api.twoCups("{new}", "{customer}").replace(good, id);
        String shown = id.length() > 20 ? "of " + id.length() : quoted(id);
        return post(field + " " + shown, "/orders", body);
    }

    /// A good item with one more field.
    private static String item(String field) {
        return "{\"productId\": \"pot\", \"quantity\": 1, \"unitPrice\": \"2.50\", " + field + "}";
    }

    private static String orderOf(int items) {
        String anItem = item("\"description\": null");
        return "{\"orderId\": \"{new}\", \"customerId\": \"{customer}\", \"items\": [%s]}"
                .formatted(
                        String.join(",", IntStream.range(0, items).mapToObj(_ -> anItem).toList()));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String tomorrow() {
        return Instant.now().plus(1, ChronoUnit.DAYS).toString();
    }
}
