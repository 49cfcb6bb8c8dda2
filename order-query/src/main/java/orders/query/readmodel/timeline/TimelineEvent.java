package orders.query.readmodel.timeline;

import java.time.Instant;

/// One event of an order.
///
/// @param type `null` of an event that was discarded: only its version counts
/// @param at when it happened
/// @param publishedAt when it came to Kafka
/// @param correlationId of the request that caused it, `null` when there is none
/// @param traceparent of that request, `null` when there is none
/// @param data the event, as JSON
public record TimelineEvent(
        String orderId,
        long version,
        String type,
        Instant at,
        Instant publishedAt,
        String correlationId,
        String traceparent,
        String data) {}
