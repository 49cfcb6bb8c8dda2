package orders.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotSupportedException;
import java.util.regex.Pattern;

/// The body of a request, which [RequestLimits] has read already: as a parameter of a resource, the
/// framework would wait for it, for ever when it is empty.
public final class RequestBody {

    private static final Pattern JSON =
            Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    private RequestBody() {}

    /// The body, empty when there is none.
    public static byte[] bytes(RoutingContext request) {
        Buffer body = request.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    /// A body that says that it is JSON. One that is empty need not say so: many clients give an
    /// empty POST some other type.
    ///
    /// @throws NotSupportedException when it says something else, or nothing
    public static byte[] json(RoutingContext request) {
        byte[] body = bytes(request);
        if (body.length == 0) {
            return body;
        }
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !JSON.matcher(type).matches()) {
            throw new NotSupportedException();
        }
        return body;
    }
}
