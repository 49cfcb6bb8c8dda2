package orders.query.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Optional;

/// Search needs `order-search`, which this version does not keep yet.
@Path("/orders/search")
public class SearchResource {

    /// Always [QueryFailure.NotConfigured].
    @GET
    public String search() {
        throw new QueryFailure.NotConfigured("order-search", Optional.empty());
    }
}
