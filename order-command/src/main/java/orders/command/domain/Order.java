package orders.command.domain;

import java.util.List;
import orders.model.Money;
import orders.model.OrderItem;

/// What decisions about an order need to know of its past.
///
/// ```
/// NotCreated -> Created -> Submitted -> Paid -> Shipped
///                  |           |          |
///                  +-----------+----------+--> Cancelled
/// ```
public sealed interface Order {

    /// Nothing has happened yet.
    record NotCreated() implements Order {}

    /// Still being put together.
    record Created(List<OrderItem> items) implements Order {

        public Created {
            items = List.copyOf(items);
        }
    }

    /// Waits for its payment.
    record Submitted(Money total) implements Order {}

    /// Waits to be shipped.
    record Paid() implements Order {}

    /// Final.
    record Shipped() implements Order {}

    /// Final.
    record Cancelled() implements Order {}
}
