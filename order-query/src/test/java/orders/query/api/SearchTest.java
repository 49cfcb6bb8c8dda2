package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderItem;
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
class SearchTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String customerId = "c-" + UUID.randomUUID();
    private final String orderId = "o-" + UUID.randomUUID();

    @Test
    void a_hit_is_a_summary_with_its_score_and_what_matched() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada <Lovelace>")),
                created(orderId, "Teapot & <b>Cup</b>", "Spoon"));

        List<ConsistencyToken> tokens = List.of(registered(), token(orderId, 1));
        // Events of other tests may be on their way.
        await().atMost(SOON)
                .untilAsserted(
                        () -> search("teapot lovelace", tokens).body("stale", equalTo(false)));

        search("teapot lovelace", tokens)
                .body("total", equalTo(1))
                .body("hits[0].orderId", equalTo(orderId))
                .body("hits[0].customerId", equalTo(customerId))
                .body("hits[0].customerName", equalTo("Ada <Lovelace>"))
                .body("hits[0].status", equalTo("CREATED"))
                .body("hits[0].total", equalTo("2.00"))
                .body("hits[0].currency", equalTo("GBP"))
                .body("hits[0].itemCount", equalTo(2))
                .body("hits[0].createdAt", equalTo("2010-12-01T08:26:00Z"))
                .body("hits[0].updatedAt", equalTo("2026-01-31T12:00:00.123Z"))
                .body("hits[0].version", equalTo(1))
                .body("hits[0].score", equalTo(2.0f))
                .body(
                        "hits[0].highlight.descriptions",
                        equalTo(List.of("<em>Teapot</em> &amp; &lt;b&gt;Cup&lt;&#x2F;b&gt;")))
                .body(
                        "hits[0].highlight.customerName",
                        equalTo(List.of("Ada &lt;<em>Lovelace</em>&gt;")))
                .body("facets.status", equalTo(Map.of("CREATED", 1)))
                .body("facets.country", equalTo(Map.of("UK", 1)))
                .body("facets.product", equalTo(Map.of("P-0", 1, "P-1", 1)));
    }

    @Test
    void more_words_score_higher_and_typos_a_little_less() {
        publish(
                created(orderId + "-1", "wooden picture frame"),
                created(orderId + "-2", "wooden frame"),
                created(orderId + "-3", "picture"),
                created(orderId + "-4", "woden pictur frame"));

        assertEquals(
                List.of(orderId + "-1", orderId + "-4", orderId + "-2", orderId + "-3"),
                search(
                                "wooden picture frame",
                                orderId + "-1",
                                orderId + "-2",
                                orderId + "-3",
                                orderId + "-4")
                        .extract()
                        .path("hits.orderId"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "'; drop",
                "*",
                "a*",
                "te?pot",
                "~",
                "teapot~2",
                "AND",
                "NOT teapot",
                "OR",
                "(teapot",
                "teapot)",
                "{\"match_all\":{}}",
                "[",
                "]",
                "\\",
                "\\u0000",
                "/te.*/",
                "_id:*",
                "status:PAID",
                "+teapot",
                "-teapot",
                "teapot^9",
                "&&",
                "||",
                "!",
                "<script>",
                "😀",
                "👩‍👩‍👧‍👦",
                "日本語",
                "é",
                "\u202e",
                " ",
                "%",
                "{{x}}",
                "${x}",
                "#",
                "\uFFFF"
            })
    void hostile_words_are_only_words(String words) {
        given().queryParam("q", words)
                .queryParam("customerId", customerId)
                .get("/orders/search")
                .then()
                .statusCode(200)
                .body("total", equalTo(0));
    }

    @Test
    void long_questions_are_answered() {
        for (String words :
                List.of(
                        "x".repeat(200),
                        "a.".repeat(100),
                        "a ".repeat(100),
                        "😀".repeat(200),
                        IntStream.range(0, 66)
                                .mapToObj(i -> "" + (char) ('a' + i % 26) + (char) ('a' + i / 26))
                                .collect(Collectors.joining(" ")))) {
            given().queryParam("q", words).get("/orders/search").then().statusCode(200);
        }
    }

    @Test
    void a_word_with_syntax_finds_what_it_is() {
        publish(created(orderId, "+teapot AND *"));

        for (String words : List.of("teapot*", "\"teapot\"", "teapot AND", "-teapot", "TEAPOT")) {
            search(words, orderId).body("hits.orderId", equalTo(List.of(orderId)));
        }
    }

    @Test
    void filters_let_through_what_they_say() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                created(orderId, "teapot"),
                Events.record(orderId, 2, Events.CANCELLED));
        search("teapot", List.of(registered(), token(orderId, 2)));

        Map.of(
                        "status=CANCELLED", 1,
                        "status=PAID", 0,
                        "country=UK", 1,
                        "country=U", 0,
                        "from=2010-12-01&to=2010-12-02", 1,
                        "from=2010-12-01T08:26:00Z", 1,
                        "to=2010-12-01T08:26:00Z", 0,
                        "from=2010-12-01T08:26:00.000000001Z", 0,
                        "from=0001-01-01&to=+1000000000-01-01T00:00:00Z", 1)
                .forEach((filter, total) ->
                        given().urlEncodingEnabled(false)
                                .get(
                                        "/orders/search?customerId=%s&%s"
                                                .formatted(customerId, filter.replace("+", "%2B")))
                                .then()
                                .statusCode(200)
                                .body("total", equalTo(total)));
    }

    @ParameterizedTest
    @CsvSource({
        "q=, q",
        "q=a%00, q",
        "q=a%0Ab, q",
        "q=a&q=b, q",
        "country=, country",
        "x=1, x",
        "limit=0, limit",
        "limit=201, limit",
        "cursor=abc, cursor",
        "cursor=, cursor",
        "status=created, status",
        "customerId=%20, customerId",
        "from=2026-01-02&to=2026-01-01, from",
        "sort=createdAt, sort"
    })
    void a_malformed_question_is_refused_and_says_where(String query, String field) {
        given().urlEncodingEnabled(false)
                .get("/orders/search?" + query)
                .then()
                .statusCode(400)
                .body("violations.field", hasItem(field));
    }

    @Test
    void a_question_that_is_too_long_is_refused_with_all_that_is_wrong() {
        given().queryParam("q", "😀".repeat(201))
                .queryParam("country", "x".repeat(61))
                .get("/orders/search")
                .then()
                .statusCode(400)
                .body("violations.field", hasItems("q", "country"));
    }

    @Test
    void pages_show_each_order_once_while_others_are_written() {
        List<String> ids = IntStream.range(0, 7).mapToObj(i -> orderId + "-" + i).toList();
        publish(
                ids.stream()
                        .map(id ->
                                created(id, id.endsWith("3") ? "blue glass teapot" : "blue teapot"))
                        .toList());
        search("blue glass", ids.toArray(String[]::new)).body("total", equalTo(7));

        List<String> seen = new ArrayList<>();
        String cursor = null;
        for (int page = 0; page == 0 || cursor != null; page++) {
            JsonPath answer =
                    question("blue glass", cursor)
                            .queryParam("limit", 2)
                            .get("/orders/search")
                            .then()
                            .statusCode(200)
                            .body("total", equalTo(7 + page))
                            .extract()
                            .jsonPath();
            seen.addAll(answer.getList("hits.orderId"));
            cursor = answer.getString("nextCursor");
            String another = orderId + "." + page;
            publish(created(another, "glass"));
            search("blue glass", another);
            assertTrue(page < 10, () -> "repeats itself: " + seen);
        }

        List<String> first = new ArrayList<>(seen);
        first.retainAll(ids);
        assertEquals(orderId + "-3", seen.getFirst());
        assertEquals(
                Stream.concat(
                                Stream.of(orderId + "-3"),
                                ids.stream().filter(id -> !id.endsWith("3")))
                        .toList(),
                first);
    }

    @Test
    void a_cursor_belongs_to_its_question() {
        publish(created(orderId + "-1", "teapot"), created(orderId + "-2", "teapot"));
        search("teapot", orderId + "-1", orderId + "-2").body("total", equalTo(2));
        String cursor =
                question("teapot", null)
                        .queryParam("limit", 1)
                        .get("/orders/search")
                        .path("nextCursor");

        question("teapot", cursor).get("/orders/search").then().statusCode(200);
        question("cup", cursor).get("/orders/search").then().statusCode(400);
        question("teapot", cursor + "x").get("/orders/search").then().statusCode(400);
    }

    @Test
    void a_token_that_is_ahead_is_waited_for_and_then_refused_or_answered_as_stale() {
        String ahead = token(orderId, 1).encode();

        given().header("Consistency-Token", ahead)
                .header("Prefer", "wait=0")
                .get("/orders/search?q=teapot")
                .then()
                .statusCode(503)
                .body("type", equalTo("/problems/consistency-timeout"));
        given().header("Consistency-Token", ahead)
                .header("Prefer", "wait=0, handling=lenient")
                .get("/orders/search?q=teapot")
                .then()
                .statusCode(200)
                .body("stale", equalTo(true));
    }

    @Test
    void an_order_that_the_index_refuses_is_parked_and_everything_else_flows() {
        Instant beforeTheIndexBegins = Instant.parse("1600-01-01T00:00:00Z");
        publish(
                Events.record(orderId, 1, Events.created(customerId, beforeTheIndexBegins)),
                created(orderId + "-1", "teapot"),
                Events.record(orderId, 2, Events.SUBMITTED));
        search("teapot", orderId + "-1").body("hits.orderId", equalTo(List.of(orderId + "-1")));

        String letters = "/projections/order-search/dead-letters";
        String letter = "items.find { it.orderId == '" + orderId + "' }";
        await().atMost(SOON).until(() -> given().get(letters).path(letter + "?.held") != null);
        assertTrue(
                given().get(letters).<String>path(letter + ".cause").contains("before the epoch"));
        for (int event = 0; event < 2; event++) {
            String id = given().get(letters).path(letter + ".id");
            given().contentType("application/json")
                    .body("{\"reason\": \"too old\"}")
                    .post(letters + "/{id}/discard", id)
                    .then()
                    .statusCode(202);
            await().atMost(SOON)
                    .until(() -> !id.equals(given().get(letters).path(letter + "?.id")));
        }
    }

    @Test
    void tools_outside_find_the_live_generation_by_its_alias() {
        publish(created(orderId, "teapot"));
        search("teapot", orderId);
        int generation = given().get("/projections/order-search").path("generation");
        given().post("/projections/order-search/rebuild").then().statusCode(202);
        int rebuilt =
                await().atMost(SOON)
                        .until(
                                () -> given().get("/projections/order-search").path("generation"),
                                now -> now > generation);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertEquals(
                                "order-search-g" + rebuilt,
                                given().baseUri(configured("elasticsearch.url"))
                                        .get("/order-search/_doc/{id}", orderId)
                                        .path("_index")));
    }

    private static ConsistencyToken token(String id, long version) {
        return new ConsistencyToken(Kind.ORDER, id, version);
    }

    private ConsistencyToken registered() {
        return new ConsistencyToken(Kind.CUSTOMER, customerId, 1);
    }

    private RequestSpecification question(String words, String cursor) {
        RequestSpecification question =
                given().queryParam("q", words).queryParam("customerId", customerId);
        return cursor == null ? question : question.queryParam("cursor", cursor);
    }

    private ValidatableResponse search(String words, String... awaited) {
        return search(words, Stream.of(awaited).map(id -> token(id, 1)).toList());
    }

    /// The answer that shows what the tokens name.
    private ValidatableResponse search(String words, List<ConsistencyToken> awaited) {
        return question(words, null)
                .header("Prefer", "wait=20")
                .header(
                        "Consistency-Token",
                        awaited.stream()
                                .map(ConsistencyToken::encode)
                                .collect(Collectors.joining(",")))
                .get("/orders/search")
                .then()
                .statusCode(200);
    }

    private ProducerRecord<String, byte[]> created(String id, String... descriptions) {
        return Events.record(
                id,
                1,
                new OrderCreated(
                        new CustomerId(customerId),
                        "GBP",
                        IntStream.range(0, descriptions.length)
                                .mapToObj(i ->
                                        new OrderItem(
                                                "P-" + i,
                                                Optional.of(descriptions[i]),
                                                1,
                                                Money.of("1.00")))
                                .toList(),
                        Events.ORDERED_AT,
                        Events.AT));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void publish(ProducerRecord<String, byte[]>... records) {
        publish(List.of(records));
    }

    private static void publish(List<ProducerRecord<String, byte[]>> records) {
        Events.publish(configured("kafka.bootstrap.servers"), records);
    }

    private static String configured(String setting) {
        return ConfigProvider.getConfig().getValue(setting, String.class);
    }
}
