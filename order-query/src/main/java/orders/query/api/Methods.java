package orders.query.api;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import orders.http.AllowedMethods;

/// The methods of the service's paths.
class Methods {

    @Produces @Singleton
    static final AllowedMethods ALLOWED =
            new AllowedMethods(
                    Map.of(
                            "/orders(/[^/]+(/events)?)?|/customers/[^/]+/orders|/stats/daily"
                                    + "|/projections(/[^/]+(/dead-letters)?)?",
                            "GET, HEAD, OPTIONS",
                            "/projections/[^/]+/rebuild",
                            "POST, DELETE, OPTIONS",
                            "/projections/[^/]+/dead-letters/[^/]+/(retry|discard)",
                            "POST, OPTIONS"));
}
