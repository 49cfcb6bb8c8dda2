package orders.query.readmodel.summaries;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.query.readmodel.summaries.ListQuery.Position;

/// A page of orders.
///
/// @param next where the next page begins, when there is one
/// @param lastUpdated time of the newest event that the read model shows, if any
public record OrderPage(
        List<OrderSummary> items, Optional<Position> next, Optional<Instant> lastUpdated) {}
