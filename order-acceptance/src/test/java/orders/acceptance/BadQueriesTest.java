package orders.acceptance;

import static orders.acceptance.BadRequest.call;
import static orders.acceptance.BadRequest.post;
import static orders.acceptance.RunningSystem.unique;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Every rule of `api.md` for queries, broken once.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class BadQueriesTest {

    private static final String DETAIL = "/orders/{order}";
    private static final String SEARCH = "/orders/search";
    private static final String STREAM = "/orders/stream";
    private static final String STATS = "/stats/daily";
    private static final String REBUILD = "/projections/order-details/rebuild";
    private static final String LETTER =
            "/projections/order-details/dead-letters/order-events-0-999999999";
    private static final String CUSTOMERS_LIST = "/customers/{customer}/orders";

    static final List<BadRequest> FORM =
            List.of(
                    get("/orders?colour=red").violates("colour"),
                    get("/orders?limit=1&limit=2").violates("limit"),
                    get("/orders?limit=0").violates("limit"),
                    get("/orders?limit=201").violates("limit"),
                    get("/orders?limit=-1").violates("limit"),
                    get("/orders?limit=1.0").violates("limit"),
                    get("/orders?limit=99999999999999999999").violates("limit"),
                    get("/orders?limit=").violates("limit"),
                    get("/orders?cursor=garbage").violates("cursor"),
                    get("/orders?cursor=%00").violates("cursor"),
                    get("/orders?cursor=").violates("cursor"),
                    get("/orders?status=OPEN").violates("status"),
                    get("/orders?status=CREATED,SUBMITTED").violates("status"),
                    get("/orders?sort=total").violates("sort"),
                    get("/orders?customerId=-a").violates("customerId"),
                    get("/orders?customerId=a%20b").violates("customerId"),
                    get("/orders?from=yesterday").violates("from"),
                    get("/orders?from=2023-02-29").violates("from"),
                    get("/orders?to=2024-13-01T00:00:00Z").violates("to"),
                    get("/orders?from=2024-03-02&to=2024-03-01").violates("from"),
                    get("/orders?colour=red&limit=0&status=x")
                            .violates("colour", "limit", "status"),
                    get(CUSTOMERS_LIST + "?colour=red").violates("colour"),
                    get(CUSTOMERS_LIST + "?limit=201").violates("limit"),
                    get(CUSTOMERS_LIST + "?cursor=garbage").violates("cursor"),
                    get("/customers/-a/orders").violates("customerId"),
                    get(DETAIL + "?colour=red").violates("colour"),
                    get(DETAIL + "?minVersion=-1").violates("minVersion"),
                    get(DETAIL + "?minVersion=").violates("minVersion"),
                    get(DETAIL + "?minVersion=1.0").violates("minVersion"),
                    get(DETAIL + "?minVersion=1&minVersion=1").violates("minVersion"),
                    get("/orders/-a").violates("orderId"),
                    get("/orders/a%20b").violates("orderId"),
                    get("/orders/" + "x".repeat(65)).violates("orderId"),
                    get("/orders/-a?minVersion=x").violates("orderId", "minVersion"),
                    get(STREAM + "?orderId=search").violates("orderId"),
                    get(STREAM + "?orderId=stream").violates("orderId"),
                    get(STREAM + "?orderId=a%20b").violates("orderId"),
                    get(STREAM + "?orderId=").violates("orderId"),
                    get(STREAM + "?orderId=search&customerId=-a&colour=red")
                            .violates("orderId", "customerId", "colour"),
                    get(SEARCH + "?q=").violates("q"),
                    get(SEARCH + "?q=a%0Ab").violates("q"),
                    get(SEARCH + "?q=" + "x".repeat(201)).violates("q"),
                    get(SEARCH + "?q=a&q=b").violates("q"),
                    get(SEARCH + "?q=a&country=").violates("country"),
                    get(SEARCH + "?q=a&country=" + "x".repeat(61)).violates("country"),
                    get(SEARCH + "?q=a&cursor=garbage").violates("cursor"),
                    get(SEARCH + "?q=a&from=2024-03-02&to=2024-03-01").violates("from"),
                    get(SEARCH + "?q=&colour=red&limit=0&status=x&customerId=-a")
                            .violates("q", "colour", "limit", "status", "customerId"),
                    get(STATS).violates("from", "to"),
                    get(STATS + "?from=2024-03-01").violates("to"),
                    get(STATS + "?from=2024-03-01T00:00:00Z&to=2024-03-02").violates("from"),
                    get(STATS + "?from=2023-02-29&to=2023-03-01").violates("from"),
                    get(STATS + "?from=2024-03-02&to=2024-03-01").violates("from"),
                    get(STATS + "?from=2024-01-01&to=2025-02-04").violates("to"),
                    get(STATS + "?from=x&to=2024-03-01&to=2024-03-02&currency=EUR")
                            .violates("from", "to", "currency"),
                    withToken(STATS + "?from=2024-03-01&to=2024-03-01", "garbage"),
                    withToken(SEARCH + "?q=a", "garbage"),
                    withToken("/orders", "garbage"),
                    withToken(CUSTOMERS_LIST, "!!!"),
                    withToken(DETAIL, "garbage"),
                    withToken(DETAIL, "garbage,,"),
                    get("/orders/{new}").is(404, "order-not-found"),
                    get("/orders/{new}?minVersion=0").is(404, "order-not-found"),
                    get("/baskets").is(404, "not-found"),
                    get("/customers/{customer}").is(404, "not-found"),
                    get("/projections/unknown").is(404, "projection-not-found"),
                    get("/orders").with(Map.of("Accept", "image/png")).is(406, "not-acceptable"));

    static final List<BadRequest> BODIES =
            List.of(
                    discard("no reason", "").violates("reason"),
                    discard("an object without reason", "{}").violates("reason"),
                    discard("null as reason", "{\"reason\": null}").violates("reason"),
                    discard("a number as reason", "{\"reason\": 1}").violates("reason"),
                    discard("an empty reason", "{\"reason\": \"\"}").violates("reason"),
                    discard("a reason of 501", "{\"reason\": \"" + "x".repeat(501) + "\"}")
                            .violates("reason"),
                    discard("a newline in a reason", "{\"reason\": \"a\\nb\"}").violates("reason"),
                    discard("a lone surrogate", "{\"reason\": \"a\\ud83d\"}").violates("reason"),
                    discard("a repeated reason", "{\"reason\": \"a\", \"reason\": \"a\"}")
                            .violates("reason"),
                    discard("several violations", "{\"why\": null, \"who\": {\"a\": [1]}}")
                            .violates("reason", "who", "why"),
                    discard("a list", "[{\"reason\": \"a\"}]").violates(),
                    discard("null", "null").violates(),
                    discard("broken JSON", "{\"reason\": \"a\"").violates(),
                    discard("nested without end", "{\"reason\":".repeat(5_000)).violates(),
                    discard("two objects", "{\"reason\": \"a\"}{}").violates(),
                    discard("not UTF-8", "").sendingBytes("{\"reason\": \"\u00e9\"}").violates(),
                    discard("a multipart form", "")
                            .sendingBytes("--x\r\n")
                            .with(Map.of("Content-Type", "multipart/form-data; boundary=x"))
                            .is(415, "unsupported-media-type"),
                    post("a field of a retry", LETTER + "/retry", "{\"reason\": \"a\"}")
                            .violates("reason"),
                    post("a field of a rebuild", REBUILD, "{\"generation\": 1}")
                            .violates("generation"),
                    post("a parameter and a field of a rebuild", REBUILD + "?a=1", "{\"b\": 1}")
                            .violates("a", "b"),
                    call("a field of a cancellation", "DELETE", REBUILD)
                            .sending("{\"reason\": \"a\"}")
                            .violates("reason"),
                    discard("a letter that is not there", "{\"reason\": \" \"}")
                            .is(404, "not-found"),
                    post("a retry of a letter that is not there", LETTER + "/retry", "{}")
                            .is(404, "not-found"));

    static final List<BadRequest> WRONG_METHODS =
            List.of(
                    call("POST", "POST", "/orders").sending("{}"),
                    call("DELETE", "DELETE", DETAIL),
                    call("PUT", "PUT", CUSTOMERS_LIST).sending("{}"),
                    call("PATCH", "PATCH", DETAIL).sending("{}"));

    private final Api api;
    private final Refusals refusals;
    private final String orderId = unique("order");
    private final String customerId = unique("customer");
    private final Map<String, String> ids =
            Map.of("order", orderId, "new", unique("new"), "customer", customerId);

    BadQueriesTest(RunningSystem system) {
        this.api = new Api(system);
        this.refusals = new Refusals(system.queryUri());
    }

    @ParameterizedTest
    @FieldSource("FORM")
    void a_bad_query_is_a_problem(BadRequest bad) {
        api.read("/orders/" + orderId, api.createOrder(orderId, customerId));

        refusals.assertRefused(bad.about(ids));
    }

    @ParameterizedTest
    @FieldSource("BODIES")
    void a_bad_body_is_a_problem(BadRequest bad) {
        refusals.assertRefused(bad);
    }

    @ParameterizedTest
    @FieldSource("WRONG_METHODS")
    void a_wrong_method_is_told_the_right_one(BadRequest bad) {
        var answer = refusals.assertRefused(bad.about(ids).is(405, "method-not-allowed"));

        Refusals.assertAllows("GET", answer);
    }

    @Test
    void a_cursor_is_bound_to_its_sort_and_filters() {
        String first = api.createOrder(orderId, customerId);
        String second = api.createOrder(unique("order"), customerId);
        String list = "/orders?limit=1&customerId=" + customerId;
        String cursor = api.read(list, first, second).extract().path("nextCursor");

        api.read(list + "&cursor=" + cursor);
        for (String other :
                List.of(
                        "/orders?limit=1&cursor=" + cursor,
                        list + "&sort=createdAt&cursor=" + cursor,
                        list + "&status=CREATED&cursor=" + cursor,
                        list + "&from=2020-01-01&cursor=" + cursor,
                        list + "&cursor=" + cursor + "x")) {
            refusals.assertRefused(get(other).violates("cursor"));
        }
    }

    @Test
    void an_unknown_customer_has_an_empty_list() {
        api.read("/customers/" + unique("nobody") + "/orders")
                .body("items", empty())
                .body("nextCursor", nullValue());
    }

    @Test
    void version_0_is_there_already() {
        api.read("/orders/" + orderId, api.createOrder(orderId, customerId));

        api.read("/orders/" + orderId + "?minVersion=0").body("version", is(1));
    }

    private static BadRequest discard(String name, String json) {
        return post(name, LETTER + "/discard", json);
    }

    private static BadRequest get(String path) {
        return call("GET " + path, "GET", path);
    }

    private static BadRequest withToken(String path, String token) {
        return call("GET " + path + " with token " + token, "GET", path)
                .with(Map.of("Consistency-Token", token))
                .violates("Consistency-Token");
    }
}
