package orders.query.readmodel.totals;

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

/// What an order costs.
record OrderTotal(String orderId, String customerId, Money total, long version) {

    static final Evolution<OrderTotal> EVOLUTION =
            new Evolution<>() {
                @Override
                public OrderTotal begin(String orderId, OrderCreated created) {
                    return new OrderTotal(
                            orderId,
                            created.customerId().value(),
                            OrderItem.total(created.items()),
                            1);
                }

                @Override
                public OrderTotal evolve(OrderTotal view, long version, OrderEvent event) {
                    return switch (event) {
                        case OrderCreated _ -> throw new IllegalStateException("exists");
                        case OrderItemAdded added ->
                                view.with(view.total.plus(added.item().lineTotal()), version);
                        case OrderSubmitted _, OrderPaid _, OrderShipped _, OrderCancelled _ ->
                                skip(view, version);
                    };
                }

                @Override
                public OrderTotal skip(OrderTotal view, long version) {
                    return view.with(view.total, version);
                }

                @Override
                public String orderId(OrderTotal view) {
                    return view.orderId;
                }

                @Override
                public long version(OrderTotal view) {
                    return view.version;
                }
            };

    private OrderTotal with(Money newTotal, long newVersion) {
        return new OrderTotal(orderId, customerId, newTotal, newVersion);
    }
}
