package orders.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Answers OPTIONS on every path.
@ApplicationScoped
class OptionsHandler {

    private final AllowedMethods methods;

    OptionsHandler(AllowedMethods methods) {
        this.methods = methods;
    }

    /// After the filter of CORS, which has OPTIONS of its own, and after the check of the token.
    void register(@Observes Filters filters) {
        filters.register(this::answerOptions, 90);
    }

    private void answerOptions(RoutingContext request) {
        if (!request.request().method().equals(HttpMethod.OPTIONS)
                || request.normalizedPath().startsWith("/q/")) {
            request.next();
            return;
        }
        methods.at(request)
                .ifPresentOrElse(
                        allowed -> request.response().putHeader(HttpHeaders.ALLOW, allowed).end(),
                        () ->
                                Problem.end(
                                        request, ProblemType.NOT_FOUND, "There is nothing here."));
    }
}
