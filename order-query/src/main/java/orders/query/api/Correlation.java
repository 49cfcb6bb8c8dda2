package orders.query.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import orders.model.Ids;

/// Gives every request a `Correlation-Id`, the caller's or a new one, and every answer outside
/// `/q/` its header.
@ApplicationScoped
class Correlation {

    private static final String HEADER = "Correlation-Id";
    private static final String KEY = Correlation.class.getName();

    void register(@Observes Filters filters) {
        filters.register(
                request -> {
                    mark(request);
                    request.next();
                },
                1000);
    }

    /// The id of a request.
    static String idOf(RoutingContext request) {
        return request.get(KEY);
    }

    /// Marks a request that no filter has seen, or has seen already.
    static void mark(RoutingContext request) {
        if (idOf(request) != null) {
            return;
        }
        String callers = request.request().getHeader(HEADER);
        String id = callers != null && Ids.isId(callers) ? callers : UUID.randomUUID().toString();
        request.put(KEY, id);
        if (!request.request().path().startsWith("/q/")) {
            request.response().putHeader(HEADER, id);
        }
    }
}
