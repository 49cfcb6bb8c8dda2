package orders.query;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/// Statistics are kept, in PostgreSQL, and nothing else: a file of many orders holds up no other
/// test.
public class StatisticsProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("projections.enabled", "daily-order-stats");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(
                new TestResourceEntry(QueryStack.class, Map.of(QueryStack.STATISTICS, store())));
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }

    String store() {
        return "postgresql";
    }
}
