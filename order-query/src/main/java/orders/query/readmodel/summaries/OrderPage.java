package orders.query.readmodel.summaries;

import java.util.List;
import java.util.Optional;
import orders.query.readmodel.summaries.ListQuery.Position;

/// A page of orders.
///
/// @param next where the next page begins, when there is one
/// @param marker of the generation that the page is from
public record OrderPage(List<OrderSummary> items, Optional<Position> next, String marker) {

    public OrderPage {
        items = List.copyOf(items);
    }
}
