package orders.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What can have happened to an order: all facts on one screen.
public sealed interface OrderEvent {

    /// When it happened.
    Instant at();

    /// The order exists from now on.
    ///
    /// @param currency upper-case ISO 4217 code of all amounts of this order
    /// @param orderedAt when the customer ordered, which may be long before `at`
    record OrderCreated(
            CustomerId customerId,
            String currency,
            List<OrderItem> items,
            Instant orderedAt,
            Instant at)
            implements OrderEvent {

        public OrderCreated {
            items = List.copyOf(items);
        }
    }

    /// One more line at the end.
    record OrderItemAdded(OrderItem item, Instant at) implements OrderEvent {}

    /// The customer is done with it; no more lines.
    record OrderSubmitted(Instant at) implements OrderEvent {}

    /// The whole total was paid.
    record OrderPaid(String method, Money amount, Optional<String> reference, Instant at)
            implements OrderEvent {}

    /// It is on its way.
    record OrderShipped(String carrier, String trackingNumber, Optional<String> address, Instant at)
            implements OrderEvent {}

    /// It will not be fulfilled.
    record OrderCancelled(String reason, Instant at) implements OrderEvent {}
}
