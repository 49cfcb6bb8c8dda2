package orders.command.api;

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
                            "/relay",
                            "GET, HEAD, OPTIONS",
                            "/customers/[^/]+",
                            "PUT, OPTIONS",
                            "/orders(/[^/]+/(items|submit|payment|ship|cancel))?"
                                    + "|/relay/held/[^/]+/retry",
                            "POST, OPTIONS"));
}
