package orders.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Refuses what must not reach a resource: bodies that are too large, whether announced or not, and
/// addresses that cannot be read, or that the framework would read as other ones.
@ApplicationScoped
class RequestLimits {

    /// 1 MiB.
    private static final long LARGEST_BODY = 1024 * 1024;

    private static final Pattern FORM =
            Pattern.compile(
                    "multipart/form-data|application/x-www-form-urlencoded",
                    Pattern.CASE_INSENSITIVE);

    void register(@Observes Filters filters) {
        filters.register(RequestLimits::checkAddress, 950);
        filters.register(RequestLimits::hideForm, 910);
        // After the check of the token: nobody else has bodies read.
        filters.register(BodyHandler.create(false).setBodyLimit(LARGEST_BODY), 80);
    }

    void register(@Observes Router router) {
        router.errorHandler(400, RequestLimits::refuseUnreadable);
        router.route().order(Integer.MIN_VALUE).failureHandler(RequestLimits::refuseFailed);
    }

    private static void checkAddress(RoutingContext request) {
        if (isReadable(request.request())) {
            request.next();
        } else {
            Problem.end(
                    request,
                    ProblemType.INVALID_REQUEST,
                    "An address is a URI: UTF-8, all but ASCII escaped, without parameters in its"
                            + " path.");
        }
    }

    /// `/orders/4711;a=b` is not `/orders/4711`, and what is no UTF-8 is not read as question
    /// marks.
    private static boolean isReadable(HttpServerRequest request) {
        String address = request.uri();
        try {
            var _ = new URI(address);
            byte[] unescaped =
                    URLDecoder.decode(address, StandardCharsets.ISO_8859_1)
                            .getBytes(StandardCharsets.ISO_8859_1);
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(unescaped));
        } catch (URISyntaxException | CharacterCodingException unreadable) {
            return false;
        }
        return StandardCharsets.US_ASCII.newEncoder().canEncode(address)
                && request.path().indexOf(';') < 0;
    }

    /// [BodyHandler] parses forms itself, and fails with 400 when one is broken. Without its type a
    /// form is a body like any other, and the resource answers 415.
    private static void hideForm(RoutingContext request) {
        MultiMap headers = request.request().headers();
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        if (type != null && FORM.matcher(type).lookingAt()) {
            headers.remove(HttpHeaders.CONTENT_TYPE);
        }
        request.next();
    }

    private static void refuseFailed(RoutingContext request) {
        switch (request.statusCode()) {
            case 413 -> {
                // What is left of the body is not read.
                request.response().putHeader(HttpHeaders.CONNECTION, "close");
                Problem.end(request, ProblemType.PAYLOAD_TOO_LARGE, "A body may have up to 1 MiB.");
            }
            case 400, 417 -> refuseUnreadable(request);
            default -> request.next();
        }
    }

    private static void refuseUnreadable(RoutingContext request) {
        Correlation.mark(request);
        Problem.end(request, ProblemType.INVALID_REQUEST, "The request cannot be read.");
    }
}
