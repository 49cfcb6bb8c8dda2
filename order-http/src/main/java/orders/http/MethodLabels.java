package orders.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.util.Set;

/// Measures requests of all methods that nobody has defined under one label: callers make up as
/// many as they like.
@Singleton
class MethodLabels implements MeterFilter {

    private static final String LABEL = "method";

    /// Of RFC 9110 and RFC 5789.
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    @Override
    public Meter.Id map(Meter.Id id) {
        String method = id.getName().startsWith("http.server.") ? id.getTag(LABEL) : null;
        return method == null || METHODS.contains(method)
                ? id
                : id.replaceTags(Tags.of(id.getTagsAsIterable()).and(LABEL, "OTHER"));
    }
}
