package orders.query.readmodel;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.readmodel.stats.DailyOrderStats;

/// Every test has a currency of its own on a day of its own, so the statistics of both are those of
/// its order. Events of the first shape have no currency: they are in euros.
@QuarkusTest
class DailyOrderStatsContractTest extends ProjectionContractTest {

    static final String DAY = "/stats/daily?from={from}&to={to}";

    @Inject DailyOrderStats stats;

    @Override
    protected String projection() {
        return "daily-order-stats";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        var token = new ConsistencyToken(Kind.ORDER, orderId, version);
        List<Map<String, Object>> days =
                given().header("Prefer", "wait=30")
                        .header("Consistency-Token", token.encode())
                        .get(DAY, date(), date())
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getList("days");
        long shown = stats.versionOf(token, Optional.empty()).await().atMost(SOON);
        return days.stream()
                .filter(day -> List.of(currency, "EUR").contains(day.get("currency")))
                .filter(day -> day.get("orderCount").equals(1))
                .map(day ->
                        new View(
                                String.join(" ", statuses(day)),
                                (String) day.get("totalRevenue"),
                                shown))
                .findFirst()
                .orElseGet(() -> new View(null, null, shown));
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get(DAY, date(), date()).getBoolean("stale");
    }

    final String date() {
        return orderedAt.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    @SuppressWarnings("unchecked")
    private static Iterable<String> statuses(Map<String, Object> day) {
        return ((Map<String, Object>) day.get("ordersByStatus")).keySet();
    }
}
