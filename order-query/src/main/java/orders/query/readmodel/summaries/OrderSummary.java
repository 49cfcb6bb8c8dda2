package orders.query.readmodel.summaries;

import java.time.Instant;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;
import orders.query.projection.Evolution;

/// One order in a list.
///
/// @param customerName `null` until the customer is known
/// @param itemCount number of lines
/// @param createdAt when the customer ordered
/// @param updatedAt time of the order's last event
public record OrderSummary(
        String orderId,
        String customerId,
        String customerName,
        String status,
        Money total,
        String currency,
        int itemCount,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /// How summaries come from events. Names are not its business: they come from customers.
    static final Evolution<OrderSummary> EVOLUTION =
            new Evolution<>() {
                @Override
                public OrderSummary begin(String orderId, OrderCreated created) {
                    return new OrderSummary(
                            orderId,
                            created.customerId().value(),
                            null,
                            "CREATED",
                            OrderItem.total(created.items()),
                            created.currency(),
                            created.items().size(),
                            created.orderedAt(),
                            created.at(),
                            1);
                }

                @Override
                public OrderSummary evolve(OrderSummary view, long version, OrderEvent event) {
                    return switch (event) {
                        case OrderCreated _ ->
                                throw new IllegalStateException("creates an order that exists");
                        case OrderItemAdded added ->
                                view.with(added.item()).at(version, event.at());
                        case OrderSubmitted _ -> view.with("SUBMITTED").at(version, event.at());
                        case OrderPaid _ -> view.with("PAID").at(version, event.at());
                        case OrderShipped _ -> view.with("SHIPPED").at(version, event.at());
                        case OrderCancelled _ -> view.with("CANCELLED").at(version, event.at());
                    };
                }

                @Override
                public OrderSummary skip(OrderSummary view, long version) {
                    return view.at(version, view.updatedAt());
                }

                @Override
                public String orderId(OrderSummary view) {
                    return view.orderId();
                }

                @Override
                public long version(OrderSummary view) {
                    return view.version();
                }
            };

    private OrderSummary with(String newStatus) {
        return new OrderSummary(
                orderId,
                customerId,
                customerName,
                newStatus,
                total,
                currency,
                itemCount,
                createdAt,
                updatedAt,
                version);
    }

    private OrderSummary with(OrderItem item) {
        return new OrderSummary(
                orderId,
                customerId,
                customerName,
                status,
                total.plus(item.lineTotal()),
                currency,
                itemCount + 1,
                createdAt,
                updatedAt,
                version);
    }

    private OrderSummary at(long newVersion, Instant time) {
        return new OrderSummary(
                orderId,
                customerId,
                customerName,
                status,
                total,
                currency,
                itemCount,
                createdAt,
                time,
                newVersion);
    }
}
