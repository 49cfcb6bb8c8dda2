package orders.query.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import orders.model.ProblemType;
import orders.query.consistency.WaitRefused;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure becomes `application/problem+json` (RFC 9457).
class Problems {

    private static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(Problems.class);

    /// Pause, in seconds, after which a request that came at a bad moment may be repeated.
    private static final String RETRY_AFTER = "1";

    @ServerExceptionMapper
    Response map(QueryFailure failure, RoutingContext request) {
        return switch (failure) {
            case QueryFailure.InvalidRequest invalid ->
                    answer(
                            ProblemType.INVALID_REQUEST,
                            invalid.getMessage(),
                            request,
                            invalid.violations());
            case QueryFailure.OrderNotFound _ ->
                    answer(ProblemType.ORDER_NOT_FOUND, failure.getMessage(), request);
            case QueryFailure.ProjectionNotFound _ ->
                    answer(ProblemType.PROJECTION_NOT_FOUND, failure.getMessage(), request);
            case QueryFailure.NotFound _ ->
                    answer(ProblemType.NOT_FOUND, failure.getMessage(), request);
            case QueryFailure.RebuildInProgress _ ->
                    answer(ProblemType.REBUILD_IN_PROGRESS, failure.getMessage(), request);
            case QueryFailure.TooManyFollow _ ->
                    answer(ProblemType.OVERLOADED, failure.getMessage(), request);
            case QueryFailure.NotConfigured _ ->
                    answer(ProblemType.STORE_UNAVAILABLE, failure.getMessage(), request);
        };
    }

    @ServerExceptionMapper
    Response map(WaitRefused failure, RoutingContext request) {
        ProblemType type =
                switch (failure) {
                    case WaitRefused.TimedOut _ -> ProblemType.CONSISTENCY_TIMEOUT;
                    case WaitRefused.TooManyWait _ -> ProblemType.OVERLOADED;
                };
        return answer(type, failure.getMessage(), request);
    }

    /// What the framework refuses before a resource sees it.
    @ServerExceptionMapper
    Response map(WebApplicationException refused, RoutingContext request) {
        ProblemType type =
                switch (refused.getResponse().getStatus()) {
                    case 400 -> ProblemType.INVALID_REQUEST;
                    case 404 -> ProblemType.NOT_FOUND;
                    case 405 -> ProblemType.METHOD_NOT_ALLOWED;
                    case 406 -> ProblemType.NOT_ACCEPTABLE;
                    case 413 -> ProblemType.PAYLOAD_TOO_LARGE;
                    case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
                    default -> ProblemType.INTERNAL_ERROR;
                };
        if (type == ProblemType.INTERNAL_ERROR) {
            return map((Throwable) refused, request);
        }
        Response answer = answer(type, type.title() + ".", request);
        return type == ProblemType.METHOD_NOT_ALLOWED
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.ALLOW, OptionsHandler.at(request).orElse("OPTIONS"))
                        .build()
                : answer;
    }

    @ServerExceptionMapper
    Response map(Throwable failure, RoutingContext request) {
        if (StoreOutage.isOne(failure)) {
            LOG.warnf(
                    "A store does not answer: %s [correlationId=%s]",
                    failure, Correlation.idOf(request));
            return answer(
                    ProblemType.STORE_UNAVAILABLE,
                    "What this answer is made of does not answer.",
                    request);
        }
        LOG.errorf(
                failure,
                "%s %s failed [correlationId=%s]",
                request.request().method(),
                request.request().path(),
                Correlation.idOf(request));
        return answer(ProblemType.INTERNAL_ERROR, ProblemType.INTERNAL_ERROR.meaning(), request);
    }

    private static Response answer(ProblemType type, String detail, RoutingContext request) {
        return answer(type, detail, request, List.of());
    }

    private static Response answer(
            ProblemType type, String detail, RoutingContext request, List<Violation> violations) {
        var answer =
                Response.status(type.status())
                        .type(MEDIA_TYPE)
                        .entity(body(type, detail, request, violations));
        if (type.status() == 503) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        return answer.build();
    }

    /// Ends a request that no resource will see.
    static void end(RoutingContext request, ProblemType type, String detail) {
        request.response()
                .setStatusCode(type.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .end(body(type, detail, request, List.of()));
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
