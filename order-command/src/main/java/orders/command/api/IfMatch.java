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

    /// One element of the list, which may be empty, with the comma behind it.
    private static final Pattern ELEMENT =
            Pattern.compile("\\G\\s*(?:(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"\\s*)?(?:,|\\z)");

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
        Set<Long> versions = new HashSet<>();
        boolean hasTag = false;
        int end = 0;
        Matcher element = ELEMENT.matcher(tags);
        while (end < tags.length() && element.find()) {
            end = element.end();
            String tag = element.group(2);
            hasTag |= tag != null;
            // Weak tags never match strongly, and foreign ones name no version: both allow nothing.
            if (tag != null && element.group(1) == null) {
                Matcher ours = OURS.matcher(tag);
                if (ours.matches()) {
                    versions.add(Long.parseLong(ours.group(1)));
                }
            }
        }
        if (!hasTag || end < tags.length()) {
            throw new InvalidRequest(
                    List.of(new Violation("If-Match", "must be * or a list of ETags")));
        }
        return new OneOf(versions);
    }
}
