package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.acceptance.Api;
import orders.acceptance.RunningSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Orders as large as they may be, at the heaps that services and servers have.
@Tag("faults")
class LargeOrdersTest {

    private static final int ORDERS = FaultScale.chosen().largeOrders();
    private static final int LINES = 500;
    private static final int CLIENTS = 8;
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /// Letters of four bytes, which make the longest texts.
    private static final String WORD = "\ud835\udc9c\ud835\udcb7\ud835\udcb8\ud835\udcb9 ";

    private static final String DESCRIPTION = WORD.repeat(100);

    private static RunningSystem system;
    private static Api api;

    @BeforeAll
    static void start() {
        system = RunningSystem.start("large-orders");
        api = new Api(system);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void many_that_change_at_once_are_shown_within_a_minute_and_rebuilt_within_another() {
        String body = largest();
        List<String> orders =
                IntStream.range(0, ORDERS).mapToObj(i -> RunningSystem.unique("order")).toList();
        byClients(orders, order -> api.accept("POST", "/orders", body.formatted(order)));
        awaitCaughtUp();

        byClients(
                orders,
                order ->
                        api.accept(
                                "POST",
                                "/orders/" + order + "/cancel",
                                "{\"reason\":\"too large\"}"));
        awaitCaughtUp();
        byClients(orders, LargeOrdersTest::requireCancelled);
        assertEquals(ORDERS, api.read("/orders?limit=200").extract().<Integer>path("items.size()"));
        assertEquals(
                ORDERS,
                api.read("/orders/search?q=large&limit=1").extract().<Integer>path("total"));

        Map<String, Long> generations = projections(each -> each.getLong("generation"));
        generations.keySet().forEach(LargeOrdersTest::rebuild);
        await().atMost(A_MINUTE)
                .until(() ->
                        projections(each -> each.getLong("generation")).entrySet().stream()
                                .allMatch(now -> now.getValue() > generations.get(now.getKey())));
        awaitCaughtUp();
        byClients(orders, LargeOrdersTest::requireCancelled);
    }

    /// A little less than a MiB.
    private static String largest() {
        String line =
                "{\"productId\":\"large\",\"description\":\"%s\",\"quantity\":1,\"unitPrice\":\"1\"}"
                        .formatted(DESCRIPTION);
        return "{\"customerId\":\"ada\",\"orderId\":\"%s\",\"items\":["
                + Stream.generate(() -> line).limit(LINES).collect(Collectors.joining(","))
                + "]}";
    }

    private static void requireCancelled(String order) {
        JsonPath found = api.read("/orders/" + order).extract().jsonPath();
        assertEquals(
                "CANCELLED 2", found.getString("order.status") + " " + found.getLong("version"));
    }

    private static void rebuild(String projection) {
        api.query().post("/projections/" + projection + "/rebuild").then().statusCode(202);
    }

    private static void awaitCaughtUp() {
        await().atMost(A_MINUTE)
                .untilAsserted(() ->
                        assertEquals(
                                List.of(),
                                projections(each ->
                                                each.getString("state")
                                                        + " "
                                                        + each.getLong("lag.events")
                                                        + " "
                                                        + each.getLong("deadLetters")
                                                        + " "
                                                        + each.getString("lastError"))
                                        .entrySet()
                                        .stream()
                                        .filter(each -> !each.getValue().equals("LIVE 0 0 null"))
                                        .toList()));
    }

    private static <T> Map<String, T> projections(Function<JsonPath, T> what) {
        List<String> names = api.read("/projections").extract().path("items.name");
        return names.stream()
                .collect(
                        Collectors.toMap(
                                name -> name,
                                name ->
                                        what.apply(
                                                api.read("/projections/" + name)
                                                        .extract()
                                                        .jsonPath())));
    }

    private static void byClients(List<String> orders, Consumer<String> work) {
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (Future<?> each :
                    orders.stream()
                            .map(order -> clients.submit(() -> work.accept(order)))
                            .toList()) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
