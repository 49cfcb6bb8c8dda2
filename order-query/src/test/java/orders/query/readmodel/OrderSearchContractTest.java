package orders.query.readmodel;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OrderSearchContractTest extends ReadModelContractTest {

    /// What is early because other tests lose rows is not to be discarded.
    private static final Duration EARLY_ARE_APPLIED_WITHIN = Duration.ofSeconds(1);

    private static final int ORDERS_MEANWHILE = 100;

    @Override
    protected String projection() {
        return "order-search";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath page =
                given().header("Prefer", "wait=30")
                        .header(
                                "Consistency-Token",
                                new ConsistencyToken(Kind.ORDER, orderId, version).encode())
                        .queryParam("q", orderId)
                        .queryParam("customerId", customerId)
                        .get("/orders/search")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
        String hit = "hits.find { it.orderId == '" + orderId + "' }.";
        return new View(
                page.getString(hit + "customerName"),
                page.getString(hit + "status"),
                page.getString(hit + "total"),
                page.getInt(hit + "itemCount"),
                page.getString(hit + "updatedAt"),
                page.getLong(hit + "version"));
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/search?q={q}&customerId={id}", orderId, customerId).getBoolean("stale");
    }

    @Test
    void a_store_that_has_lost_its_data_is_not_presented_as_complete() {
        publish(Events.record(orderId, 1, created()));
        discardAll();
        await().atMost(SOON).until(() -> !search().getBoolean("stale"));
        assertEquals(List.of(orderId), search().getList("hits.orderId"));

        drop("order-search-*");
        assertTrue(search().getBoolean("stale"));

        publish(Events.record(orderId, 2, Events.ITEM_ADDED));
        assertEquals(2, query(orderId, customerId, 2).version());
    }

    /// Events flow meanwhile. What is left is never presented as complete.
    @ParameterizedTest
    @ValueSource(strings = {"order-search-*", "order-search-customers-*"})
    void a_store_that_loses_its_data_is_filled_again(String indexes) {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()));
        awaitAllApplied();
        discardAll();
        View before = query(orderId, customerId, 1);
        List<String> others =
                Stream.generate(() -> "o-" + UUID.randomUUID()).limit(ORDERS_MEANWHILE).toList();
        CompletableFuture<Void> flow =
                CompletableFuture.runAsync(
                        () -> others.forEach(id -> publish(Events.record(id, 1, created()))));
        await().atMost(SOON).until(() -> search().getInt("total") > 1);

        drop(indexes);
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    boolean isOver = flow.isDone();
                    JsonPath page = search();
                    boolean isAll = !page.getBoolean("stale");
                    boolean isFound = page.getList("hits.orderId").contains(orderId);
                    assertTrue(isFound || !isAll, "lacks an order and is presented as complete");
                    return isOver && isAll;
                });

        // Of the last event an instance knows a moment after it was published.
        awaitAllApplied();
        assertEquals(ORDERS_MEANWHILE + 1, search().getInt("total"));
        assertEquals(before, query(orderId, customerId, 1));
        assertEquals(Set.of("Ada"), Set.copyOf(search().<String>getList("hits.customerName")));
        assertEquals(List.of(), deadLetters());
    }

    private static List<String> deadLetters() {
        return get("/projections/order-search/dead-letters").getList("items.id");
    }

    /// What other tests have parked: answers are stale as long as there is any.
    private static void discardAll() {
        Set<String> discarded = new HashSet<>();
        await().atMost(SOON)
                .pollDelay(EARLY_ARE_APPLIED_WITHIN)
                .until(() -> {
                    List<String> letters = deadLetters();
                    letters.stream()
                            .filter(discarded::add)
                            .forEach(OrderSearchContractTest::discard);
                    return letters.isEmpty();
                });
    }

    private static void discard(String letter) {
        given().contentType("application/json")
                .body("{\"reason\": \"of another test\"}")
                .post("/projections/order-search/dead-letters/{id}/discard", letter);
    }

    private JsonPath search() {
        return get("/orders/search?customerId={id}&limit=200", customerId);
    }

    private static void drop(String indexes) {
        String names =
                String.join(
                        ",",
                        elasticsearch()
                                .get("/" + indexes + "/_alias")
                                .jsonPath()
                                .<String, Object>getMap("")
                                .keySet());
        elasticsearch().delete("/" + names).then().statusCode(200);
    }

    private static RequestSpecification elasticsearch() {
        return given().baseUri(
                        ConfigProvider.getConfig().getValue("elasticsearch.url", String.class));
    }
}
