package orders.command.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orders.command.domain.Order.Cancelled;
import orders.command.domain.Order.Created;
import orders.command.domain.Order.NotCreated;
import orders.command.domain.Order.Paid;
import orders.command.domain.Order.Shipped;
import orders.command.domain.Order.Submitted;
import orders.command.domain.OrderCommand.AddItem;
import orders.command.domain.OrderCommand.CancelOrder;
import orders.command.domain.OrderCommand.CreateOrder;
import orders.command.domain.OrderCommand.PayOrder;
import orders.command.domain.OrderCommand.ShipOrder;
import orders.command.domain.OrderCommand.SubmitOrder;
import orders.command.domain.Rejection.Rule;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;

/// The rules of an order (the decider of Jérémie Chassaing, "Functional Event Sourcing Decider").
public final class OrderDecider {

    /// Lines that an order can have.
    public static final int MAX_ITEMS = 500;

    private OrderDecider() {}

    /// What happens when `command` meets an order in state `order`: one event, or none when it is
    /// already true.
    ///
    /// @throws Rejection when the state forbids it
    public static Optional<OrderEvent> decide(OrderCommand command, Order order) {
        return switch (command) {
            case CreateOrder create -> create(create, order);
            case AddItem add -> addItem(add, order);
            case SubmitOrder submit -> submit(submit, order);
            case PayOrder pay -> pay(pay, order);
            case ShipOrder ship -> ship(ship, order);
            case CancelOrder cancel -> cancel(cancel, order);
        };
    }

    /// The state after `event`.
    ///
    /// @throws IllegalStateException when `event` cannot have happened in this state: the history
    ///   is corrupt
    public static Order evolve(Order order, OrderEvent event) {
        return switch (event) {
            case OrderCreated created when order instanceof NotCreated ->
                    new Created(created.items());
            case OrderItemAdded added when order instanceof Created(var items) ->
                    new Created(with(items, added.item()));
            case OrderSubmitted _ when order instanceof Created(var items) ->
                    new Submitted(OrderItem.total(items));
            case OrderPaid _ when order instanceof Submitted -> new Paid();
            case OrderShipped _ when order instanceof Paid -> new Shipped();
            case OrderCancelled _
                    when order instanceof Created
                            || order instanceof Submitted
                            || order instanceof Paid ->
                    new Cancelled();
            case OrderCreated _,
                    OrderItemAdded _,
                    OrderSubmitted _,
                    OrderPaid _,
                    OrderShipped _,
                    OrderCancelled _ ->
                    throw new IllegalStateException(
                            "corrupt history: " + event + " in state " + stateName(order));
        };
    }

    private static Optional<OrderEvent> create(CreateOrder create, Order order) {
        return switch (order) {
            case NotCreated _ ->
                    Optional.of(
                            new OrderCreated(
                                    create.customerId(),
                                    create.currency(),
                                    create.items(),
                                    create.orderedAt(),
                                    create.at()));
            case Created _, Submitted _, Paid _, Shipped _, Cancelled _ ->
                    throw new Rejection(
                            Rule.ORDER_ALREADY_EXISTS, "An order with this id exists already.");
        };
    }

    private static Optional<OrderEvent> addItem(AddItem add, Order order) {
        return switch (order) {
            case Created created when created.items().size() >= MAX_ITEMS ->
                    throw new Rejection(
                            Rule.TOO_MANY_ITEMS, "An order has at most " + MAX_ITEMS + " items.");
            case Created _ -> Optional.of(new OrderItemAdded(add.item(), add.at()));
            case NotCreated _ -> throw notFound();
            case Submitted _, Paid _, Shipped _, Cancelled _ ->
                    throw illegal("Items cannot be added to", order);
        };
    }

    private static Optional<OrderEvent> submit(SubmitOrder submit, Order order) {
        return switch (order) {
            case Created _ -> Optional.of(new OrderSubmitted(submit.at()));
            case Submitted _ -> Optional.empty();
            case NotCreated _ -> throw notFound();
            case Paid _, Shipped _, Cancelled _ ->
                    throw illegal("Submit is not possible for", order);
        };
    }

    private static Optional<OrderEvent> pay(PayOrder pay, Order order) {
        return switch (order) {
            case Submitted(var total) when !total.equals(pay.amount()) ->
                    throw new Rejection(
                            Rule.PAYMENT_AMOUNT_MISMATCH,
                            "The amount %s is not the total %s.".formatted(pay.amount(), total));
            case Submitted _ ->
                    Optional.of(
                            new OrderPaid(pay.method(), pay.amount(), pay.reference(), pay.at()));
            case NotCreated _ -> throw notFound();
            case Created _, Paid _, Shipped _, Cancelled _ ->
                    throw illegal("Payment is not possible for", order);
        };
    }

    private static Optional<OrderEvent> ship(ShipOrder ship, Order order) {
        return switch (order) {
            case Paid _ ->
                    Optional.of(
                            new OrderShipped(
                                    ship.carrier(),
                                    ship.trackingNumber(),
                                    ship.address(),
                                    ship.at()));
            case NotCreated _ -> throw notFound();
            case Created _, Submitted _, Shipped _, Cancelled _ ->
                    throw illegal("Shipping is not possible for", order);
        };
    }

    private static Optional<OrderEvent> cancel(CancelOrder cancel, Order order) {
        return switch (order) {
            case Created _, Submitted _, Paid _ ->
                    Optional.of(new OrderCancelled(cancel.reason(), cancel.at()));
            case Cancelled _ -> Optional.empty();
            case NotCreated _ -> throw notFound();
            case Shipped _ -> throw illegal("Cancelling is not possible for", order);
        };
    }

    private static List<OrderItem> with(List<OrderItem> items, OrderItem added) {
        List<OrderItem> all = new ArrayList<>(items);
        all.add(added);
        return all;
    }

    private static Rejection notFound() {
        return new Rejection(Rule.ORDER_NOT_FOUND, "There is no such order.");
    }

    private static Rejection illegal(String what, Order order) {
        return new Rejection(
                Rule.ILLEGAL_TRANSITION, what + " an order that is " + stateName(order) + ".");
    }

    private static String stateName(Order order) {
        return switch (order) {
            case NotCreated _ -> "not created";
            case Created _ -> "CREATED";
            case Submitted _ -> "SUBMITTED";
            case Paid _ -> "PAID";
            case Shipped _ -> "SHIPPED";
            case Cancelled _ -> "CANCELLED";
        };
    }
}
