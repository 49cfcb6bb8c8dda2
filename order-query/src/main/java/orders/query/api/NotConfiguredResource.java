package orders.query.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/// The endpoints of read models that this version does not keep yet.
@Path("/")
public class NotConfiguredResource {

    /// Needs `order-search`.
    @GET
    @Path("orders/search")
    public String search() {
        throw new QueryFailure.NotConfigured("order-search");
    }

    /// Needs `daily-order-stats`.
    @GET
    @Path("stats/daily")
    public String dailyStats() {
        throw new QueryFailure.NotConfigured("daily-order-stats");
    }
}
