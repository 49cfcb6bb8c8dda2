package orders.command.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import orders.command.store.Cause;
import orders.model.Ids;

/// Gives every request a `Correlation-Id`, the caller's or a new one, and every answer outside
/// `/q/` its header.
@ApplicationScoped
class Correlation {

    private static final String HEADER = "Correlation-Id";
    private static final String KEY = Correlation.class.getName();

    /// W3C Trace Context, version 00.
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

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

    /// What events that this request causes shall carry.
    static Cause causeOf(RoutingContext request) {
        return new Cause(
                idOf(request),
                Optional.ofNullable(request.request().getHeader("traceparent"))
                        .filter(value -> TRACEPARENT.matcher(value).matches()));
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
