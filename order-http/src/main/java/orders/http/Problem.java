package orders.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;

/// Answers of `application/problem+json` (RFC 9457).
public final class Problem {

    private static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(Problem.class);

    /// Pause, in seconds, after which a request that came at a bad moment may be repeated.
    private static final String RETRY_AFTER = "1";

    private Problem() {}

    /// The answer to a request that failed in a way that is foreseen.
    public static Response answer(ProblemType type, String detail, RoutingContext request) {
        return answer(type, detail, request, List.of());
    }

    static Response answer(
            ProblemType type, String detail, RoutingContext request, List<Violation> violations) {
        var answer =
                Response.status(type.status())
                        .type(MEDIA_TYPE)
                        .entity(body(type, detail, request, violations));
        if (isWorthRepeating(type)) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        return answer.build();
    }

    /// The answer to a request that failed in any other way, which it logs.
    public static Response answer(Throwable unexpected, RoutingContext request) {
        LOG.logf(
                // A caller who has hung up gets no answer, whatever happens; that is no failure.
                request.response().closed() ? Logger.Level.DEBUG : Logger.Level.ERROR,
                unexpected,
                "%s %s failed [correlationId=%s]",
                request.request().method(),
                request.request().path(),
                Correlation.idOf(request));
        return answer(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.meaning(), request);
    }

    /// Ends a request that no resource will see.
    public static void end(RoutingContext request, ProblemType type, String detail) {
        if (isWorthRepeating(type)) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        request.response()
                .setStatusCode(type.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(body(type, detail, request, List.of()));
    }

    private static boolean isWorthRepeating(ProblemType type) {
        return type.status() == 503
                || type.status() == 429
                || type == ProblemType.CONCURRENT_UPDATE
                || type == ProblemType.REQUEST_IN_FLIGHT;
    }

    private static String body(
            ProblemType type, String detail, RoutingContext request, List<Violation> violations) {
        JsonObject problem =
                new JsonObject()
                        .put("type", "/problems/" + type.slug())
                        .put("title", type.title())
                        .put("status", type.status())
                        .put("detail", detail)
                        .put("instance", request.request().path())
                        .put("correlationId", Correlation.idOf(request));
        if (!violations.isEmpty()) {
            JsonArray list = new JsonArray();
            violations.forEach(violation ->
                    list.add(
                            new JsonObject()
                                    .put("field", violation.field())
                                    .put("message", violation.message())));
            problem.put("violations", list);
        }
        return problem.encode();
    }
}
