package orders.query;

import java.util.Optional;
import orders.devstack.DevStack;

/// Statistics are kept in ClickHouse's engine. Tests with this profile run where it can be had.
public class ClickHouseProfile extends StatisticsProfile {

    public static final String CAN_BE_HAD = "orders.query.ClickHouseProfile#canBeHad";

    /// Says why not.
    public static boolean canBeHad() {
        Optional<String> obstacle = DevStack.obstacleToClickHouse();
        obstacle.ifPresent(why -> System.out.println(why + "; SKIPPING the tests that need it"));
        return obstacle.isEmpty();
    }

    @Override
    String store() {
        return "clickhouse";
    }
}
