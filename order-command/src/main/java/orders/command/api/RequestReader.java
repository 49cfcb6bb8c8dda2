package orders.command.api;

import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import orders.command.store.Cause;
import orders.http.Correlation;
import orders.http.InvalidRequest;
import orders.http.Json;
import orders.http.Rule;
import orders.http.Violation;

/// What resources read of a request beside its body.
final class RequestReader {

    private static final Clock CLOCK = Clock.systemUTC();

    /// W3C Trace Context, version 00.
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private RequestReader() {}

    /// The time of a command, as precise as every store keeps it.
    static Instant now() {
        return CLOCK.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// What events that a request causes shall carry.
    static Cause causeOf(RoutingContext request) {
        return new Cause(
                Correlation.idOf(request),
                Optional.ofNullable(request.request().getHeader("traceparent"))
                        .filter(value -> TRACEPARENT.matcher(value).matches()));
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
