package orders.command.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.regex.Pattern;
import orders.model.ProblemType;

/// Which methods each path has. The framework tells those of a whole class, or none.
@ApplicationScoped
class OptionsHandler {

    private static final Map<Pattern, String> METHODS =
            Map.of(
                    path("/relay|/problems/[^/]+"),
                    "GET, HEAD, OPTIONS",
                    path("/customers/[^/]+"),
                    "PUT, OPTIONS",
                    path(
                            "/orders(/[^/]+/(items|submit|payment|ship|cancel))?"
                                    + "|/relay/held/[^/]+/retry"),
                    "POST, OPTIONS");

    /// After the filter of CORS, which has OPTIONS of its own.
    void register(@Observes Filters filters) {
        filters.register(OptionsHandler::answerOptions, 100);
    }

    /// The methods of a request's path; empty when there is no such path.
    static Optional<String> at(RoutingContext request) {
        return METHODS.entrySet().stream()
                .filter(path -> path.getKey().matcher(request.normalizedPath()).matches())
                .map(Entry::getValue)
                .findFirst();
    }

    private static void answerOptions(RoutingContext request) {
        if (!request.request().method().equals(HttpMethod.OPTIONS)
                || request.normalizedPath().startsWith("/q/")) {
            request.next();
            return;
        }
        at(request)
                .ifPresentOrElse(
                        methods -> request.response().putHeader(HttpHeaders.ALLOW, methods).end(),
                        () ->
                                Problems.end(
                                        request, ProblemType.NOT_FOUND, "There is nothing here."));
    }

    private static Pattern path(String path) {
        return Pattern.compile("(" + path + ")/?");
    }
}
