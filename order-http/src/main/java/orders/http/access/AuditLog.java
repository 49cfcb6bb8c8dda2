package orders.http.access;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import orders.http.Correlation;
import org.jboss.logging.Logger;

/// Writes who did what: every administrative call, and every call that was refused for its caller.
/// A line of JSON each, with the logging category `orders.audit`.
final class AuditLog {

    private static final Logger LOG = Logger.getLogger("orders.audit");

    private static final Pattern ADMINISTRATION = Pattern.compile("/(?:projections|relay)/.*");
    private static final Set<HttpMethod> READS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<Integer> REFUSALS = Set.of(401, 403);

    private AuditLog() {}

    /// Writes a line when the request ends, if it is one that counts.
    static void watch(RoutingContext request) {
        request.addEndHandler(_ -> {
            if (isAdministration(request) || REFUSALS.contains(status(request))) {
                LOG.info(line(request));
            }
        });
    }

    private static boolean isAdministration(RoutingContext request) {
        return !READS.contains(request.request().method())
                && ADMINISTRATION.matcher(request.normalizedPath()).matches();
    }

    private static int status(RoutingContext request) {
        return request.response().getStatusCode();
    }

    private static String line(RoutingContext request) {
        return new JsonObject()
                .put("subject", Caller.find(request).flatMap(Caller::subject).orElse(null))
                .put("action", request.request().method().name())
                .put("object", request.normalizedPath())
                .put("outcome", status(request))
                .put("correlationId", Correlation.idOf(request))
                .encode();
    }
}
