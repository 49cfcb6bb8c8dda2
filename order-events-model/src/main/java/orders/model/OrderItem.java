package orders.model;

import java.util.List;
import java.util.Optional;

/// One line of an order.
///
/// @param productId see [Ids] for its alphabet
/// @param quantity pieces, 1 or more
/// @param unitPrice price of one piece
public record OrderItem(
        String productId, Optional<String> description, int quantity, Money unitPrice) {

    /// Quantity times price.
    public Money lineTotal() {
        return unitPrice.times(quantity);
    }

    /// Sum of all lines.
    public static Money total(List<OrderItem> items) {
        return items.stream().map(OrderItem::lineTotal).reduce(Money.ZERO, Money::plus);
    }
}
