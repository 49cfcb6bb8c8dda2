package orders.command.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotSupportedException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/// What resources read of a request beside the fields of its body.
final class RequestReader {

    private static final Clock CLOCK = Clock.systemUTC();

    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private RequestReader() {}

    /// The time of a command, as precise as every store keeps it.
    static Instant now() {
        return CLOCK.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// The body, empty when there is none.
    static byte[] body(RoutingContext request) {
        Buffer body = request.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /// A body that says that it is JSON. One that is empty need not say so: many clients give an
    /// empty POST some other type.
    ///
    /// @throws NotSupportedException when it says something else, or nothing
    static byte[] json(RoutingContext request) {
        byte[] body = body(request);
        if (body.length == 0) {
            return body;
        }
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON.matcher(type).matches()) {
            throw new NotSupportedException();
        }
        return body;
    }

    /// A part of the path.
    ///
    /// @throws InvalidRequest when it breaks `rule`
    static <T> T inPath(String name, String text, Rule<T> rule) {
        try {
            return rule.read(new Json.Text(text));
        } catch (Rule.Broken broken) {
            throw new InvalidRequest(List.of(new Violation(name, broken.getMessage())));
        }
    }
}
