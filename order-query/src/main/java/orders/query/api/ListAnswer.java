package orders.query.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import orders.query.readmodel.summaries.OrderSummary;

/// A page of orders, on the wire.
///
/// @param nextCursor missing on the last page
/// @param lastUpdated time of the newest event that the read model shows, `null` when there is none
/// @param stale whether the service knows of an event that this page does not show
public record ListAnswer(
        List<OrderSummary> items,
        @JsonInclude(JsonInclude.Include.NON_NULL) String nextCursor,
        Instant lastUpdated,
        boolean stale) {}
