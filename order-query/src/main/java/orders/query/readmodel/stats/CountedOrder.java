package orders.query.readmodel.stats;

import java.time.LocalDate;
import java.time.ZoneOffset;
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

/// What statistics need of one order.
///
/// @param date when the customer ordered, in UTC
/// @param isSubmitted whether it was submitted once; statistics count no other
record CountedOrder(
        String orderId,
        LocalDate date,
        String currency,
        Money total,
        String status,
        boolean isSubmitted,
        long version) {

    static final Evolution<CountedOrder> EVOLUTION =
            new Evolution<>() {
                @Override
                public CountedOrder begin(String orderId, OrderCreated created) {
                    return new CountedOrder(
                            orderId,
                            created.orderedAt().atOffset(ZoneOffset.UTC).toLocalDate(),
                            created.currency(),
                            OrderItem.total(created.items()),
                            "CREATED",
                            false,
                            1);
                }

                @Override
                public CountedOrder evolve(CountedOrder view, long version, OrderEvent event) {
                    return switch (event) {
                        case OrderCreated _ ->
                                throw new IllegalStateException("creates an order that exists");
                        case OrderItemAdded added -> view.with(added.item()).at(version);
                        case OrderSubmitted _ -> view.with("SUBMITTED", true).at(version);
                        case OrderPaid _ -> view.with("PAID", true).at(version);
                        case OrderShipped _ -> view.with("SHIPPED", true).at(version);
                        case OrderCancelled _ ->
                                view.with("CANCELLED", view.isSubmitted).at(version);
                    };
                }

                @Override
                public CountedOrder skip(CountedOrder view, long version) {
                    return view.at(version);
                }

                @Override
                public String orderId(CountedOrder view) {
                    return view.orderId;
                }

                @Override
                public long version(CountedOrder view) {
                    return view.version;
                }
            };

    private CountedOrder with(OrderItem item) {
        return new CountedOrder(
                orderId,
                date,
                currency,
                total.plus(item.lineTotal()),
                status,
                isSubmitted,
                version);
    }

    private CountedOrder with(String newStatus, boolean nowSubmitted) {
        return new CountedOrder(orderId, date, currency, total, newStatus, nowSubmitted, version);
    }

    private CountedOrder at(long newVersion) {
        return new CountedOrder(orderId, date, currency, total, status, isSubmitted, newVersion);
    }
}
