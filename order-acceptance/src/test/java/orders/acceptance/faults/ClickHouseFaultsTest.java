package orders.acceptance.faults;

import java.util.List;
import java.util.Optional;
import orders.acceptance.faults.ReadLoad.Source;
import orders.devstack.DevStack;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// With statistics in ClickHouse's engine, where it can be had; in the full run only.
@EnabledIfSystemProperty(named = "faults", matches = "full")
@EnabledIf("canBeHad")
class ClickHouseFaultsTest extends QueryFaults {

    ClickHouseFaultsTest(TestInfo test) {
        super(test);
    }

    /// Says why not.
    static boolean canBeHad() {
        Optional<String> obstacle = DevStack.obstacleToClickHouse();
        obstacle.ifPresent(why -> System.out.println(why + "; SKIPPING the tests that need it"));
        return obstacle.isEmpty();
    }

    @BeforeAll
    static void start() {
        side = QuerySide.startWithClickHouse();
    }

    @Test
    void clickhouse_is_emptied_while_it_runs() {
        underLoad((load, _) ->
                isEmptied(side.stores()::emptyClickHouse, ALL_STATISTICS, ORDERS, load));
    }

    @Test
    void clickhouse_is_away_and_crashes() {
        underLoad((load, reads) ->
                isAwayAndCrashes(
                        side.clickHouse(),
                        side.clickHouse()::kill,
                        instance -> reads.awaitServed(instance, Source.SUMMARIES, 1),
                        List.of(STATISTICS),
                        load,
                        reads));
    }
}
