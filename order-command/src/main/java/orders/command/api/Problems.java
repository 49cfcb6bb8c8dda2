package orders.command.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import orders.command.handling.CommandFailure;
import orders.command.store.StoreFailure;
import orders.model.ProblemType;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure becomes `application/problem+json` (RFC 9457).
class Problems {

    private static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(Problems.class);

    /// Pause, in seconds, after which a request that came at a bad moment may be repeated.
    private static final String RETRY_AFTER = "1";

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

    @ServerExceptionMapper
    Response map(CommandFailure failure, RoutingContext request) {
        ProblemType type =
                switch (failure) {
                    case CommandFailure.Rejected rejected ->
                            switch (rejected.rule()) {
                                case ORDER_NOT_FOUND -> ProblemType.ORDER_NOT_FOUND;
                                case ORDER_ALREADY_EXISTS -> ProblemType.ORDER_ALREADY_EXISTS;
                                case ILLEGAL_TRANSITION -> ProblemType.ILLEGAL_TRANSITION;
                                case PAYMENT_AMOUNT_MISMATCH -> ProblemType.PAYMENT_AMOUNT_MISMATCH;
                                case TOO_MANY_ITEMS -> ProblemType.TOO_MANY_ITEMS;
                            };
                    case CommandFailure.VersionConflict _ -> ProblemType.VERSION_CONFLICT;
                    case CommandFailure.ConcurrentUpdate _ -> ProblemType.CONCURRENT_UPDATE;
                    case CommandFailure.Overloaded _ -> ProblemType.OVERLOADED;
                    case CommandFailure.KeyReused _ -> ProblemType.IDEMPOTENCY_KEY_REUSED;
                    case CommandFailure.KeyTaken _, CommandFailure.RequestInFlight _ ->
                            ProblemType.REQUEST_IN_FLIGHT;
                    case CommandFailure.StoreUnavailable _ -> ProblemType.STORE_UNAVAILABLE;
                };
        if (type == ProblemType.STORE_UNAVAILABLE) {
            LOG.warnf(
                    "The write database does not answer: %s [correlationId=%s]",
                    failure.getCause(), Correlation.idOf(request));
        }
        return answer(type, failure.getMessage(), request, List.of());
    }

    @ServerExceptionMapper
    Response map(InvalidRequest failure, RoutingContext request) {
        return answer(
                ProblemType.INVALID_REQUEST, failure.getMessage(), request, failure.violations());
    }

    /// What the framework refuses before a resource sees it.
    @ServerExceptionMapper
    Response map(WebApplicationException refused, RoutingContext request) {
        Response original = refused.getResponse();
        ProblemType type =
                switch (original.getStatus()) {
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
        Response answer = answer(type, type.title() + ".", request, List.of());
        return type == ProblemType.METHOD_NOT_ALLOWED
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.ALLOW, OptionsHandler.at(request).orElse("OPTIONS"))
                        .build()
                : answer;
    }

    @ServerExceptionMapper
    Response map(Throwable unexpected, RoutingContext request) {
        if (StoreFailure.isOutage(unexpected)) {
            return map(new CommandFailure.StoreUnavailable(unexpected), request);
        }
        LOG.logf(
                // A caller who has hung up gets no answer, whatever happens; that is no failure.
                request.response().closed() ? Logger.Level.DEBUG : Logger.Level.ERROR,
                unexpected,
                "%s %s failed [correlationId=%s]",
                request.request().method(),
                request.request().path(),
                Correlation.idOf(request));
        return answer(
                ProblemType.INTERNAL_ERROR,
                ProblemType.INTERNAL_ERROR.meaning(),
                request,
                List.of());
    }

    private static Response answer(
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

    private static boolean isWorthRepeating(ProblemType type) {
        return type.status() == 503
                || type.status() == 429
                || type == ProblemType.CONCURRENT_UPDATE
                || type == ProblemType.REQUEST_IN_FLIGHT;
    }
}
