package orders.command.domain;

import static orders.command.domain.Rejection.Rule.ILLEGAL_TRANSITION;
import static orders.command.domain.Rejection.Rule.ORDER_ALREADY_EXISTS;
import static orders.command.domain.Rejection.Rule.ORDER_NOT_FOUND;
import static orders.command.domain.Rejection.Rule.PAYMENT_AMOUNT_MISMATCH;
import static orders.command.domain.Rejection.Rule.TOO_MANY_ITEMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import orders.command.domain.Order.NotCreated;
import orders.command.domain.OrderCommand.AddItem;
import orders.command.domain.OrderCommand.CancelOrder;
import orders.command.domain.OrderCommand.CreateOrder;
import orders.command.domain.OrderCommand.PayOrder;
import orders.command.domain.OrderCommand.ShipOrder;
import orders.command.domain.OrderCommand.SubmitOrder;
import orders.command.domain.Rejection.Rule;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderItem;
import org.junit.jupiter.api.Test;

class OrderDeciderTest {

    private static final Instant BEFORE = Instant.parse("2026-01-31T11:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final OrderItem MUG =
            new OrderItem("MUG-1", Optional.of("Mug"), 2, Money.of("12.50"));
    private static final OrderItem PEN = new OrderItem("PEN-1", Optional.empty(), 3, Money.of("1"));

    private static final OrderEvent CREATED = created(MUG);
    private static final OrderEvent SUBMITTED = new OrderSubmitted(BEFORE);
    private static final OrderEvent PAID =
            new OrderPaid("card", Money.of("25"), Optional.empty(), BEFORE);
    private static final OrderEvent SHIPPED =
            new OrderShipped("DHL", "T-1", Optional.empty(), BEFORE);
    private static final OrderEvent CANCELLED = new OrderCancelled("no", BEFORE);

    private static final OrderCommand CREATE =
            new CreateOrder(new CustomerId("ada"), "EUR", List.of(MUG), BEFORE, NOW);
    private static final OrderCommand ADD = new AddItem(PEN, NOW);
    private static final OrderCommand SUBMIT = new SubmitOrder(NOW);
    private static final OrderCommand PAY =
            new PayOrder("card", Money.of("25"), Optional.empty(), NOW);
    private static final OrderCommand SHIP = new ShipOrder("DHL", "T-1", Optional.empty(), NOW);
    private static final OrderCommand CANCEL = new CancelOrder("no", NOW);

    @Test
    void an_order_is_created_once() {
        given().when(CREATE)
                .then(new OrderCreated(new CustomerId("ada"), "EUR", List.of(MUG), BEFORE, NOW));
        given(CREATED).when(CREATE).thenRejected(ORDER_ALREADY_EXISTS);
        given(CREATED, CANCELLED).when(CREATE).thenRejected(ORDER_ALREADY_EXISTS);
    }

    @Test
    void what_does_not_exist_cannot_be_changed() {
        for (OrderCommand command : List.of(ADD, SUBMIT, PAY, SHIP, CANCEL)) {
            given().when(command).thenRejected(ORDER_NOT_FOUND);
        }
    }

    @Test
    void items_are_added_until_the_order_is_submitted() {
        given(CREATED).when(ADD).then(new OrderItemAdded(PEN, NOW));
        given(CREATED, SUBMITTED).when(ADD).thenRejected(ILLEGAL_TRANSITION);
    }

    @Test
    void the_501st_item_is_refused() {
        OrderEvent full = created(Collections.nCopies(499, MUG).toArray(OrderItem[]::new));

        given(full).when(ADD).then(new OrderItemAdded(PEN, NOW));
        given(full, new OrderItemAdded(PEN, BEFORE)).when(ADD).thenRejected(TOO_MANY_ITEMS);
    }

    @Test
    void submitting_twice_is_the_same_as_once() {
        given(CREATED).when(SUBMIT).then(new OrderSubmitted(NOW));
        given(CREATED, SUBMITTED).when(SUBMIT).thenNothing();
        given(CREATED, SUBMITTED, PAID).when(SUBMIT).thenRejected(ILLEGAL_TRANSITION);
    }

    @Test
    void only_the_total_pays_an_order() {
        given(CREATED, SUBMITTED)
                .when(PAY)
                .then(new OrderPaid("card", Money.of("25"), Optional.empty(), NOW));
        given(CREATED, new OrderItemAdded(PEN, BEFORE), SUBMITTED)
                .when(PAY)
                .thenRejected(PAYMENT_AMOUNT_MISMATCH);
    }

    @Test
    void out_of_turn_comes_before_a_wrong_amount() {
        var wrong = new PayOrder("card", Money.of("1"), Optional.empty(), NOW);

        given(CREATED).when(wrong).thenRejected(ILLEGAL_TRANSITION);
        given(CREATED, SUBMITTED, PAID).when(wrong).thenRejected(ILLEGAL_TRANSITION);
    }

    @Test
    void only_a_paid_order_is_shipped() {
        given(CREATED, SUBMITTED).when(SHIP).thenRejected(ILLEGAL_TRANSITION);
        given(CREATED, SUBMITTED, PAID)
                .when(SHIP)
                .then(new OrderShipped("DHL", "T-1", Optional.empty(), NOW));
        given(CREATED, SUBMITTED, PAID, SHIPPED).when(SHIP).thenRejected(ILLEGAL_TRANSITION);
    }

    @Test
    void an_order_is_cancelled_until_it_is_shipped() {
        given(CREATED).when(CANCEL).then(new OrderCancelled("no", NOW));
        given(CREATED, SUBMITTED).when(CANCEL).then(new OrderCancelled("no", NOW));
        given(CREATED, SUBMITTED, PAID).when(CANCEL).then(new OrderCancelled("no", NOW));
        given(CREATED, SUBMITTED, PAID, SHIPPED).when(CANCEL).thenRejected(ILLEGAL_TRANSITION);
    }

    @Test
    void cancelling_twice_is_the_same_as_once_whatever_the_reason() {
        given(CREATED, CANCELLED).when(new CancelOrder("another", NOW)).thenNothing();
    }

    @Test
    void nothing_else_happens_to_a_cancelled_order() {
        for (OrderCommand command : List.of(ADD, SUBMIT, PAY, SHIP)) {
            given(CREATED, CANCELLED).when(command).thenRejected(ILLEGAL_TRANSITION);
        }
    }

    @Test
    void an_impossible_history_is_not_read() {
        assertThrows(IllegalStateException.class, () -> given(SHIPPED));
        assertThrows(IllegalStateException.class, () -> given(CREATED, CREATED));
    }

    private static OrderCreated created(OrderItem... items) {
        return new OrderCreated(
                new CustomerId("ada"), "EUR", new ArrayList<>(List.of(items)), BEFORE, BEFORE);
    }

    private static Given given(OrderEvent... events) {
        Order order = new NotCreated();
        for (OrderEvent event : events) {
            order = OrderDecider.evolve(order, event);
        }
        return new Given(order);
    }

    private record Given(Order order) {
        When when(OrderCommand command) {
            return new When(order, command);
        }
    }

    private record When(Order order, OrderCommand command) {
        void then(OrderEvent event) {
            assertEquals(Optional.of(event), OrderDecider.decide(command, order));
        }

        void thenNothing() {
            assertEquals(Optional.empty(), OrderDecider.decide(command, order));
        }

        void thenRejected(Rule rule) {
            var rejection =
                    assertThrows(Rejection.class, () -> OrderDecider.decide(command, order));
            assertEquals(rule, rejection.rule());
        }
    }
}
