package orders.query.readmodel;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import orders.query.ClickHouseProfile;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusTest
@TestProfile(ClickHouseProfile.class)
@EnabledIf(ClickHouseProfile.CAN_BE_HAD)
class ClickHouseStatsContractTest extends DailyOrderStatsContractTest {}
