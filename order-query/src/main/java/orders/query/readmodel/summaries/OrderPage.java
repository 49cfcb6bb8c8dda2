package orders.query.readmodel.summaries;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import orders.query.projection.Checkpoint;
import orders.query.readmodel.summaries.ListQuery.Position;

/// A page of orders.
///
/// @param next where the next page begins, when there is one
/// @param shown how far the read model had come at least when the page was read
public record OrderPage(List<OrderSummary> items, Optional<Position> next, List<Checkpoint> shown) {

    public OrderPage {
        items = List.copyOf(items);
        shown = List.copyOf(shown);
    }

    /// Time of the newest event that the read model shows, if any.
    public Optional<Instant> lastUpdated() {
        return shown.stream()
                .flatMap(each -> each.lastEventAt().stream())
                .max(Comparator.naturalOrder());
    }
}
