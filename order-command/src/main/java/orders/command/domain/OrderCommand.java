package orders.command.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderItem;

/// What can be asked of an order. Time comes in with the command, so that decisions need no clock.
public sealed interface OrderCommand {

    /// When it was asked.
    Instant at();

    /// Starts an order.
    ///
    /// @param currency upper-case ISO 4217 code
    /// @param orderedAt when the customer ordered, not after `at`
    record CreateOrder(
            CustomerId customerId,
            String currency,
            List<OrderItem> items,
            Instant orderedAt,
            Instant at)
            implements OrderCommand {

        public CreateOrder {
            items = List.copyOf(items);
        }
    }

    /// Adds a line, a second one when the product is there already.
    record AddItem(OrderItem item, Instant at) implements OrderCommand {}

    /// Ends the putting together.
    record SubmitOrder(Instant at) implements OrderCommand {}

    /// Pays the whole total.
    record PayOrder(String method, Money amount, Optional<String> reference, Instant at)
            implements OrderCommand {}

    /// Hands it to a carrier.
    record ShipOrder(String carrier, String trackingNumber, Optional<String> address, Instant at)
            implements OrderCommand {}

    /// Gives it up.
    record CancelOrder(String reason, Instant at) implements OrderCommand {}
}
