package orders.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.regex.Pattern;

/// Gives every request a `Correlation-Id`, the caller's or a new one, and every answer outside
/// `/q/` its header.
@ApplicationScoped
public class Correlation {

    private static final String HEADER = "Correlation-Id";
    private static final String KEY = Correlation.class.getName();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    void register(@Observes Filters filters) {
        filters.register(
                request -> {
                    mark(request);
                    request.next();
                },
                1000);
    }

    /// The id of a request.
    public static String idOf(RoutingContext request) {
        return request.get(KEY);
    }

    /// Marks a request that no filter has seen, or has seen already.
    static void mark(RoutingContext request) {
        if (idOf(request) != null) {
            return;
        }
        String callers = request.request().getHeader(HEADER);
        String id =
                callers != null && ID.matcher(callers).matches()
                        ? callers
                        : UUID.randomUUID().toString();
        request.put(KEY, id);
        if (!request.request().path().startsWith("/q/")) {
            request.response().putHeader(HEADER, id);
        }
    }
}
