package orders.command.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import orders.model.ProblemType;

/// Refuses what must not reach a resource: bodies that are too large, whether announced or not, and
/// paths that the framework would read as other ones.
@ApplicationScoped
class Gate {

    /// 1 MiB.
    private static final long LARGEST_BODY = 1024 * 1024;

    void register(@Observes Filters filters) {
        filters.register(Gate::refuseParameters, 950);
        filters.register(BodyHandler.create(false).setBodyLimit(LARGEST_BODY), 900);
    }

    void register(@Observes Router router) {
        router.errorHandler(400, Gate::refuseUnreadable);
        router.route().order(Integer.MIN_VALUE).failureHandler(Gate::refuseFailed);
    }

    /// `/orders/4711;a=b` is not `/orders/4711`.
    private static void refuseParameters(RoutingContext request) {
        if (request.request().path().indexOf(';') >= 0) {
            refuse(request, ProblemType.INVALID_REQUEST, "A path must not have parameters.");
        } else {
            request.next();
        }
    }

    private static void refuseFailed(RoutingContext request) {
        switch (request.statusCode()) {
            case 413 -> {
                // What is left of the body is not read.
                request.response().putHeader(HttpHeaders.CONNECTION, "close");
                refuse(request, ProblemType.PAYLOAD_TOO_LARGE, "A body may have up to 1 MiB.");
            }
            case 400 -> refuseUnreadable(request);
            default -> request.next();
        }
    }

    private static void refuseUnreadable(RoutingContext request) {
        Correlation.mark(request);
        refuse(request, ProblemType.INVALID_REQUEST, "The request cannot be read.");
    }

    private static void refuse(RoutingContext request, ProblemType type, String detail) {
        request.response()
                .setStatusCode(type.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problems.MEDIA_TYPE)
                .end(Problems.body(type, detail, request, List.of()));
    }
}
