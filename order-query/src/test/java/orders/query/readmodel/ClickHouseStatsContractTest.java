package orders.query.readmodel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.ClickHouseProfile;
import orders.query.Events;
import orders.query.offsets.Generation;
import orders.query.readmodel.stats.ClickHouse;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(ClickHouseProfile.class)
@EnabledIf(ClickHouseProfile.CAN_BE_HAD)
class ClickHouseStatsContractTest extends DailyOrderStatsContractTest {

    @Inject ClickHouse clickHouse;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table daily_order_stats_g%d sync",
                "drop table daily_order_stats_customers_g%d sync",
                "truncate table daily_order_stats_g%d",
                "truncate table daily_order_stats_customers_g%d"
            })
    void rows_that_are_lost_are_projected_again(String loss) {
        publishSubmitted();
        awaitAllApplied();
        assertEquals("SUBMITTED 25.21 3", query(orderId, customerId, 3).statusTotalAndVersion());
        discardLettersOfOtherTests();
        await().atMost(SOON).until(() -> !isStale(orderId, customerId));
        Generation before = live();

        clickHouse.run(loss.formatted(before.number())).await().atMost(SOON);
        assertIsShownOrStale();
        publish(Events.record(orderId, 4, Events.PAID));
        await().atMost(SOON)
                .until(() -> {
                    assertIsShownOrStale();
                    return !live().equals(before)
                            && get("/projections/" + projection())
                                    .getString("state")
                                    .equals("LIVE");
                });
        awaitAllApplied();

        assertEquals("PAID 25.21 4", query(orderId, customerId, 4).statusTotalAndVersion());
        var customer = new ConsistencyToken(Kind.CUSTOMER, customerId, 1);
        assertEquals(1, stats.versionOf(customer, Optional.empty()).await().atMost(SOON));
        assertNull(letterOf(orderId).get());
    }

    /// As long as there are any, every answer is stale.
    private void discardLettersOfOtherTests() {
        await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    List<String> letters =
                            get("/projections/" + projection() + "/dead-letters")
                                    .getList("items.id");
                    letters.forEach(id -> act(id, "discard", "{\"reason\": \"in the way\"}"));
                    return letters.isEmpty();
                });
    }

    private void assertIsShownOrStale() {
        var answer = get(DAY, date(), date());
        assertTrue(
                answer.getBoolean("stale") || answer.getList("days.currency").contains(currency),
                answer::prettify);
    }

    private Generation live() {
        return offsets.status(stats.offsetsName(), stats.shapeVersion())
                .await()
                .atMost(SOON)
                .live();
    }
}
