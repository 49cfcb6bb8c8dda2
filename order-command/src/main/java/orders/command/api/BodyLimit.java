package orders.command.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import orders.model.ProblemType;

/// Refuses bodies that are too large: by their announced length before they are read, the others
/// when they are.
@ApplicationScoped
class BodyLimit {

    /// 1 MiB.
    static final int BYTES = 1024 * 1024;

    void register(@Observes Filters filters) {
        filters.register(BodyLimit::refuseAnnounced, 900);
    }

    /// Refuses a body that came in without an announced length.
    static byte[] require(byte[] body) {
        if (body.length > BYTES) {
            throw new PayloadTooLarge();
        }
        return body;
    }

    private static void refuseAnnounced(RoutingContext request) {
        String announced = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced == null || isWithin(announced)) {
            request.next();
            return;
        }
        request.response()
                .setStatusCode(ProblemType.PAYLOAD_TOO_LARGE.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problems.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(
                        Problems.body(
                                ProblemType.PAYLOAD_TOO_LARGE,
                                "A body may have up to 1 MiB.",
                                request,
                                List.of()));
    }

    private static boolean isWithin(String announced) {
        return announced.length() <= 10 && Long.parseLong(announced) <= BYTES;
    }
}
