package orders.http;

import io.quarkus.security.ForbiddenException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Answers requests that are refused for their form, in every service the same.
@Singleton
public class RefusedRequests {

    private final AllowedMethods methods;

    RefusedRequests(AllowedMethods methods) {
        this.methods = methods;
    }

    /// What breaks the rules of a call.
    @ServerExceptionMapper
    public Response map(InvalidRequest failure, RoutingContext request) {
        return Problem.answer(
                ProblemType.INVALID_REQUEST, failure.getMessage(), request, failure.violations());
    }

    /// What the caller may not do.
    @ServerExceptionMapper
    public Response map(ForbiddenException refused, RoutingContext request) {
        return Problem.answer(
                ProblemType.FORBIDDEN,
                refused.getMessage() == null
                        ? ProblemType.FORBIDDEN.meaning()
                        : refused.getMessage(),
                request);
    }

    /// What the framework refuses before a resource sees it.
    @ServerExceptionMapper
    public Response map(WebApplicationException refused, RoutingContext request) {
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
            return Problem.answer(refused, request);
        }
        Response answer = Problem.answer(type, type.title() + ".", request);
        return type == ProblemType.METHOD_NOT_ALLOWED
                ? Response.fromResponse(answer)
                        .header(HttpHeaders.ALLOW, methods.at(request).orElse("OPTIONS"))
                        .build()
                : answer;
    }
}
