package orders.query.api;

import com.fasterxml.jackson.databind.util.RawValue;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orders.query.readmodel.timeline.Timeline;
import orders.query.readmodel.timeline.TimelineEvent;

/// The events of an order, on the wire.
///
/// @param lastUpdated time of the newest event that it shows
/// @param stale whether the service knows of an event that it does not show
public record TimelineAnswer(List<Item> items, Instant lastUpdated, boolean stale) {

    /// As in W3C Trace Context.
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    /// One event.
    ///
    /// @param data the event itself, as it was published
    public record Item(
            long version,
            String type,
            Instant at,
            Instant publishedAt,
            String correlationId,
            String traceId,
            RawValue data) {

        private static Item of(TimelineEvent event) {
            return new Item(
                    event.version(),
                    event.type(),
                    event.at(),
                    event.publishedAt(),
                    event.correlationId(),
                    traceIdOf(event.traceparent()),
                    new RawValue(event.data()));
        }
    }

    static TimelineAnswer of(Timeline timeline, boolean stale) {
        return new TimelineAnswer(
                timeline.events().stream().map(Item::of).toList(),
                timeline.events().isEmpty() ? null : timeline.events().getLast().at(),
                stale);
    }

    private static String traceIdOf(String traceparent) {
        Matcher parts = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
        return parts.matches() ? parts.group(1) : null;
    }
}
