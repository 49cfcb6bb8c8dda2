package orders.query.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;

/// Statistics need `daily-order-stats`, which this version does not keep yet.
@Path("/stats/daily")
public class DailyStatsResource {

    /// Always [QueryFailure.NotConfigured].
    @GET
    public String dailyStats() {
        throw new QueryFailure.NotConfigured("daily-order-stats", Optional.empty());
    }
}
