package orders.acceptance;

import static orders.acceptance.RunningSystem.unique;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Customers see and change their own orders: those of others answer as if they were not there.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class OwnershipTest {

    private static final String TOKEN = "Consistency-Token";
    private static final String ITEM =
            "{\"productId\": \"pot\", \"quantity\": 1, \"unitPrice\": \"1.00\"}";

    private final SecuredSystem system;
    private final String ada = unique("ada");
    private final String ben = unique("ben");
    private final String bensOrder = unique("order");
    private final String missingOrder = unique("order");

    OwnershipTest(SecuredSystem system) {
        this.system = system;
    }

    private String tokenOf(String customerId) {
        return system.issuer()
                .token("subject of " + customerId, customerId, "orders-read", "orders-write");
    }

    private String staff() {
        return system.issuer().token("staff", null, "orders-read", "orders-write", "orders-staff");
    }

    private RequestSpecification commandOf(String customerId) {
        return system.command(tokenOf(customerId));
    }

    private RequestSpecification queryOf(String customerId) {
        return system.query(tokenOf(customerId));
    }

    /// Answers its consistency token.
    private String create(String orderId, String customerId) {
        return commandOf(customerId)
                .body(Api.twoCups(orderId, customerId))
                .post("/orders")
                .then()
                .statusCode(202)
                .extract()
                .header(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /orders/{order}",
                "HEAD /orders/{order}",
                "GET /orders/{order}?minVersion=1",
                "GET /orders/{order}/events",
                "GET /orders?limit=1&orderId={order}",
                "GET /orders/search?q={order}"
            })
    void a_read_of_somebody_elses_order_is_answered_like_one_of_none(String call) {
        String created = create(bensOrder, ben);
        queryOf(ben).header(TOKEN, created).get("/orders/" + bensOrder).then().statusCode(200);
        queryOf(ben)
                .header(TOKEN, created)
                .get("/orders/" + bensOrder + "/events")
                .then()
                .statusCode(200);
        queryOf(ben)
                .header(TOKEN, created)
                .get("/orders/search?q=" + bensOrder)
                .then()
                .body("total", is(1));

        assertSame(
                call,
                (method, path) -> queryOf(ada).header("Prefer", "wait=1").request(method, path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"items", "submit", "payment", "cancel"})
    void a_command_to_somebody_elses_order_is_answered_like_one_to_none(String command) {
        Map<String, String> bodies =
                Map.of(
                        "items", ITEM,
                        "submit", "{}",
                        "payment", "{\"method\": \"card\", \"amount\": \"9.00\"}",
                        "cancel", "{\"reason\": \"late\"}");
        create(bensOrder, ben);

        assertSame(
                "POST /orders/{order}/" + command,
                (method, path) ->
                        commandOf(ada)
                                .header("If-Match", "\"7\"")
                                .body(bodies.get(command))
                                .request(method, path));
        queryOf(ben)
                .queryParam("minVersion", 1)
                .get("/orders/" + bensOrder)
                .then()
                .body("version", is(1));
    }

    /// The answers are equal but for the ids of the order and of the correlation.
    private void assertSame(String call, BiFunction<String, String, Response> send) {
        String method = call.substring(0, call.indexOf(' '));
        String path = call.substring(call.indexOf(' ') + 1);
        List<Map<String, Object>> answers =
                Stream.of(bensOrder, missingOrder)
                        .map(id -> {
                            Response answer = send.apply(method, path.replace("{order}", id));
                            Map<String, Object> seen = new TreeMap<>();
                            answer.headers()
                                    .forEach(header ->
                                            seen.put(header.getName(), header.getValue()));
                            String correlationId = String.valueOf(seen.remove("Correlation-Id"));
                            seen.put("status", answer.statusCode());
                            seen.put(
                                    "body",
                                    answer.asString()
                                            .replace(id, "ORDER")
                                            .replace(correlationId, "CORRELATION")
                                            .replaceAll("\"lastUpdated\":\"[^\"]*\"", ""));
                            return seen;
                        })
                        .toList();

        assertEquals(answers.get(1), answers.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders",
                "/orders/search?q=cup",
                "/customers/{ada}/orders",
                "/orders/{adas}"
            })
    void a_token_of_somebody_elses_order_is_never_reached(String path) {
        String adasOrder = unique("order");
        String adas = create(adasOrder, ada);
        String bens = create(bensOrder, ben);
        String call = path.replace("{ada}", ada).replace("{adas}", adasOrder);
        queryOf(ada).header(TOKEN, adas).get(call).then().statusCode(200);
        system.query(staff()).header(TOKEN, bens).get(call).then().statusCode(200);

        queryOf(ada)
                .header(TOKEN, bens)
                .header("Prefer", "wait=1")
                .get(call)
                .then()
                .statusCode(503)
                .body("type", is("/problems/consistency-timeout"));
    }

    @Test
    void reads_of_several_customers_show_each_its_own() {
        List<String> customers = List.of(ada, ben, unique("carl"));
        Map<String, Set<String>> owned = new TreeMap<>();
        List<String> tokens = new ArrayList<>();
        var random = new Random(7);
        for (int i = 0; i < 30; i++) {
            String customerId = customers.get(random.nextInt(customers.size()));
            String orderId = unique("order");
            owned.computeIfAbsent(customerId, _ -> new HashSet<>()).add(orderId);
            tokens.add(create(orderId, customerId));
        }
        for (String customerId : customers) {
            Set<String> own = owned.get(customerId);
            RequestSpecification all =
                    system.query(staff()).header(TOKEN, String.join(",", tokens));
            all.get("/orders/search?q=cup").then().statusCode(200);
            system.query(staff())
                    .header(TOKEN, String.join(",", tokens))
                    .get("/orders")
                    .then()
                    .statusCode(200);

            assertEquals(own, listed(customerId, "/orders?limit=3"));
            assertEquals(own, listed(customerId, "/customers/" + customerId + "/orders?limit=4"));
            JsonPath found = queryOf(customerId).get("/orders/search?q=cup&limit=100").jsonPath();
            assertEquals(own, new HashSet<>(found.getList("hits.orderId", String.class)));
            assertEquals(own.size(), found.getInt("total"));
            assertEquals(Map.of("CREATED", own.size()), found.getMap("facets.status"));
            assertEquals(Map.of("cup", own.size()), found.getMap("facets.product"));
        }
    }

    /// The ids on all pages.
    private Set<String> listed(String customerId, String path) {
        Set<String> ids = new HashSet<>();
        String cursor = null;
        do {
            JsonPath page =
                    queryOf(customerId)
                            .get(path + (cursor == null ? "" : "&cursor=" + cursor))
                            .then()
                            .statusCode(200)
                            .extract()
                            .jsonPath();
            ids.addAll(page.getList("items.orderId", String.class));
            cursor = page.getString("nextCursor");
        } while (cursor != null);
        return ids;
    }

    @Test
    void a_cursor_of_somebody_elses_list_is_refused() {
        create(unique("order"), ben);
        String token = create(unique("order"), ben);
        String cursor =
                queryOf(ben)
                        .header(TOKEN, token)
                        .get("/orders?limit=1")
                        .jsonPath()
                        .getString("nextCursor");

        queryOf(ada).get("/orders?limit=1&cursor=" + cursor).then().statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders?customerId={ben}",
                "/customers/{ben}/orders",
                "/orders/search?customerId={ben}",
                "/orders/stream?customerId={ben}"
            })
    void asking_for_another_customer_is_forbidden(String path) {
        queryOf(ada).get(path.replace("{ben}", ben)).then().statusCode(403);
    }

    @Test
    void acting_for_another_customer_is_forbidden() {
        commandOf(ada)
                .body(Api.twoCups(bensOrder, ben))
                .post("/orders")
                .then()
                .statusCode(403)
                .body("type", is("/problems/forbidden"));
        commandOf(ada).body("{\"name\": \"Ben\"}").put("/customers/" + ben).then().statusCode(403);
        commandOf(ada)
                .body("{\"carrier\": \"Post\", \"trackingNumber\": \"1\"}")
                .post("/orders/" + unique("order") + "/ship")
                .then()
                .statusCode(403);
    }

    @Test
    void a_token_of_neither_a_customer_nor_staff_sees_and_changes_no_order() {
        String nobody = system.issuer().token("nobody", null, "orders-read", "orders-write");

        for (String path : List.of("/orders", "/orders/" + missingOrder, "/orders/search?q=cup")) {
            system.query(nobody).get(path).then().statusCode(403);
        }
        system.command(nobody)
                .body(Api.twoCups(bensOrder, ben))
                .post("/orders")
                .then()
                .statusCode(403);
        system.command(nobody)
                .body("{}")
                .post("/orders/" + missingOrder + "/submit")
                .then()
                .statusCode(403);
    }

    @Test
    void an_idempotency_key_belongs_to_its_caller() {
        String key = unique("key");
        Response adas =
                commandOf(ada)
                        .header("Idempotency-Key", key)
                        .body(Api.twoCups(unique("order"), ada))
                        .post("/orders");
        Response bens =
                commandOf(ben)
                        .header("Idempotency-Key", key)
                        .body(Api.twoCups(bensOrder, ben))
                        .post("/orders");

        adas.then().statusCode(202);
        bens.then().statusCode(202).body("orderId", is(bensOrder));
    }

    @Test
    void a_stream_shows_a_customer_its_own_changes() throws Exception {
        HttpRequest follow =
                HttpRequest.newBuilder(system.query().uri().resolve("/orders/stream"))
                        .header("Authorization", "Bearer " + tokenOf(ada))
                        .build();
        String adasOrder = unique("order");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> stream = http.send(follow, BodyHandlers.ofInputStream());
            try (var lines =
                    new BufferedReader(
                            new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                create(bensOrder, ben);
                create(adasOrder, ada);

                String first =
                        lines.lines()
                                .filter(line -> line.startsWith("data:"))
                                .findFirst()
                                .orElseThrow();
                assertTrue(first.contains(adasOrder), first);
            }
            http.shutdownNow();
        }
    }

    @Test
    void staff_see_the_orders_of_all() {
        String token = create(bensOrder, ben);

        system.query(staff())
                .header(TOKEN, token)
                .get("/orders?customerId=" + ben)
                .then()
                .body("items.orderId", contains(bensOrder));
        system.query(staff())
                .header(TOKEN, token)
                .get("/orders/" + bensOrder)
                .then()
                .statusCode(200);
    }
}
