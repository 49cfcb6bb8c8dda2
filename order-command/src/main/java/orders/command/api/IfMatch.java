package orders.command.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.command.handling.Expected;
import orders.command.handling.Expected.AnyVersion;
import orders.command.handling.Expected.OneOf;
import orders.http.InvalidRequest;
import orders.http.Violation;

/// The header `If-Match` (RFC 9110, section 13.1.1) with ETags of the command and the query
/// service.
final class IfMatch {

    private static final Pattern TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"");

    private static final Pattern TAGS =
            Pattern.compile("[\\s,]*" + TAG + "(\\s*,\\s*(" + TAG + ")?)*\\s*");

    /// Of `"<version>"` and `"<version>.<n>"` the version counts.
    private static final Pattern OURS = Pattern.compile("([1-9][0-9]{0,17})(\\.[A-Za-z0-9]+)?");

    private IfMatch() {}

    /// The versions that the header allows, any when it is missing.
    ///
    /// @throws InvalidRequest when it is malformed
    static Expected of(RoutingContext request) {
        return of(request.request().headers().getAll(HttpHeaders.IF_MATCH));
    }

    static Expected of(List<String> headers) {
        if (headers.isEmpty()) {
            return new AnyVersion();
        }
        String tags = String.join(",", headers).strip();
        if (tags.equals("*")) {
            return new AnyVersion();
        }
        if (!TAGS.matcher(tags).matches()) {
            throw new InvalidRequest(
                    List.of(new Violation("If-Match", "must be * or a list of ETags")));
        }
        Set<Long> versions = new HashSet<>();
        Matcher tag = TAG.matcher(tags);
        while (tag.find()) {
            Matcher ours = OURS.matcher(tag.group(2));
            // Weak tags never match strongly, and foreign ones name no version: both allow nothing.
            if (tag.group(1) == null && ours.matches()) {
                versions.add(Long.parseLong(ours.group(1)));
            }
        }
        return new OneOf(versions);
    }
}
