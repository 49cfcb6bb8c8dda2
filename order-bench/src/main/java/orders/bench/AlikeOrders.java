package orders.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;

/// Orders of three lines, each the same as the others.
///
/// @param most events of an order
record AlikeOrders(int most) implements History.Orders {

    private static final int CUSTOMERS = 20;

    private static final List<OrderItem> ITEMS =
            List.of(
                    item("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, "2.55"),
                    item("71053", "WHITE METAL LANTERN", 6, "3.39"),
                    item("84406B", "CREAM CUPID HEARTS COAT HANGER", 8, "2.75"));

    /// Ordered now and paid, each third shipped too, with the events of an order far apart.
    static AlikeOrders today() {
        return new AlikeOrders(4);
    }

    /// Ordered now, and nothing else.
    static AlikeOrders justCreated() {
        return new AlikeOrders(1);
    }

    static String orderId(long number) {
        return "history-" + number;
    }

    static String customerId(long number) {
        return "history-c-" + number % CUSTOMERS;
    }

    @Override
    public String id(long number) {
        return orderId(number);
    }

    @Override
    public List<OrderEvent> events(long number) {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<OrderEvent> life =
                List.of(
                        new OrderCreated(new CustomerId(customerId(number)), "EUR", ITEMS, at, at),
                        new OrderSubmitted(at),
                        new OrderPaid("card", OrderItem.total(ITEMS), Optional.empty(), at),
                        new OrderShipped("DHL", "T-" + number, Optional.empty(), at));
        return life.subList(0, Math.min(most, number % 3 == 0 ? 4 : 3));
    }

    private static OrderItem item(
            String productId, String description, int quantity, String price) {
        return new OrderItem(productId, Optional.of(description), quantity, Money.of(price));
    }
}
