package orders.command.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderItem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The whole life of an order: every command in every state, and laws that hold after any commands
/// in any order.
class OrderLifeTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final OrderItem MUG =
            new OrderItem("MUG-1", Optional.of("Mug"), 2, Money.of("12.50"));
    private static final int LIVES = 2_000;
    private static final int LONGEST_LIFE = 40;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # command | NotCreated            | Created            | Submitted          | Paid               | Shipped            | Cancelled
                    create    | OrderCreated          | ORDER_ALREADY_EXISTS | ORDER_ALREADY_EXISTS | ORDER_ALREADY_EXISTS | ORDER_ALREADY_EXISTS | ORDER_ALREADY_EXISTS
                    add       | ORDER_NOT_FOUND       | OrderItemAdded     | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION
                    submit    | ORDER_NOT_FOUND       | OrderSubmitted     | nothing            | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION
                    pay       | ORDER_NOT_FOUND       | ILLEGAL_TRANSITION | OrderPaid          | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION
                    pay wrong | ORDER_NOT_FOUND       | ILLEGAL_TRANSITION | PAYMENT_AMOUNT_MISMATCH | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION
                    ship      | ORDER_NOT_FOUND       | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION | OrderShipped       | ILLEGAL_TRANSITION | ILLEGAL_TRANSITION
                    cancel    | ORDER_NOT_FOUND       | OrderCancelled     | OrderCancelled     | OrderCancelled     | ILLEGAL_TRANSITION | nothing
                    """)
    void every_command_has_one_outcome_in_every_state(
            String command,
            String notCreated,
            String created,
            String submitted,
            String paid,
            String shipped,
            String cancelled) {
        OrderCommand given = command(command);

        assertEquals(notCreated, outcome(given, new NotCreated()), "not created");
        assertEquals(created, outcome(given, new Created(List.of(MUG))), "created");
        assertEquals(submitted, outcome(given, new Submitted(MUG.lineTotal())), "submitted");
        assertEquals(paid, outcome(given, new Paid()), "paid");
        assertEquals(shipped, outcome(given, new Shipped()), "shipped");
        assertEquals(cancelled, outcome(given, new Cancelled()), "cancelled");
    }

    @Test
    void what_is_to_be_paid_is_the_sum_of_all_lines_that_were_ordered() {
        lives().forEach(OrderLifeTest::assertTotalIsConserved);
    }

    private static void assertTotalIsConserved(Life life) {
        List<OrderItem> ordered = new ArrayList<>();
        Order order = new NotCreated();
        for (OrderEvent event : life.events()) {
            if (event instanceof OrderCreated created) {
                ordered.addAll(created.items());
            }
            if (event instanceof OrderItemAdded added) {
                ordered.add(added.item());
            }
            order = OrderDecider.evolve(order, event);
            if (order instanceof Submitted(Money total)) {
                assertEquals(OrderItem.total(ordered), total, life::toString);
            }
        }
    }

    @Test
    void nothing_happens_after_the_end() {
        lives().forEach(life -> {
            List<OrderEvent> events = life.events();
            List<OrderEvent> beforeTheLast = events.subList(0, Math.max(0, events.size() - 1));
            assertTrue(
                    beforeTheLast.stream()
                            .noneMatch(event ->
                                    event instanceof OrderShipped
                                            || event instanceof OrderCancelled),
                    life::toString);
        });
    }

    @Test
    void a_command_that_may_be_repeated_changes_nothing_the_second_time() {
        lives().forEach(life -> {
            for (OrderCommand command : List.of(new SubmitOrder(NOW), new CancelOrder("no", NOW))) {
                for (OrderEvent first : events(command, life.order())) {
                    Order after = OrderDecider.evolve(life.order(), first);
                    assertEquals("nothing", outcome(command, after), life::toString);
                }
            }
        });
    }

    @Test
    void an_event_always_changes_the_state_and_nothing_else_does() {
        lives().forEach(life -> {
            Order order = new NotCreated();
            for (OrderEvent event : life.events()) {
                Order next = OrderDecider.evolve(order, event);
                assertNotEquals(order, next, life::toString);
                order = next;
            }
            assertEquals(life.order(), order, life::toString);
        });
    }

    /// What commands at random made of an order; the same in every run.
    private static Stream<Life> lives() {
        return LongStream.range(0, LIVES).mapToObj(OrderLifeTest::live);
    }

    private record Life(long seed, Order order, List<OrderEvent> events) {}

    private static Life live(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Order order = new NotCreated();
        List<OrderEvent> events = new ArrayList<>();
        for (int i = random.nextInt(LONGEST_LIFE); i > 0; i--) {
            for (OrderEvent event : events(anyCommand(random, order), order)) {
                order = OrderDecider.evolve(order, event);
                events.add(event);
            }
        }
        return new Life(seed, order, events);
    }

    private static OrderCommand anyCommand(SplittableRandom random, Order order) {
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                    new CreateOrder(
                            new CustomerId("ada"),
                            "EUR",
                            IntStream.rangeClosed(0, random.nextInt(5))
                                    .mapToObj(_ -> anyItem(random))
                                    .toList(),
                            NOW,
                            NOW);
            case 2, 3 -> new AddItem(anyItem(random), NOW);
            case 4 -> new SubmitOrder(NOW);
            case 5 -> pay(random.nextInt(4) > 0 ? due(order) : Money.of("0.01"));
            case 6 -> new ShipOrder("DHL", "T-1", Optional.empty(), NOW);
            default -> random.nextInt(5) == 0 ? new CancelOrder("no", NOW) : new SubmitOrder(NOW);
        };
    }

    private static OrderItem anyItem(SplittableRandom random) {
        return new OrderItem(
                "p-" + random.nextInt(3),
                Optional.empty(),
                random.nextInt(1, 1_000_001),
                new Money(random.nextLong(100_000_001)));
    }

    private static Money due(Order order) {
        return order instanceof Submitted(Money total) ? total : Money.of("1");
    }

    private static PayOrder pay(Money amount) {
        return new PayOrder("card", amount, Optional.empty(), NOW);
    }

    private static List<OrderEvent> events(OrderCommand command, Order order) {
        try {
            return OrderDecider.decide(command, order).stream().toList();
        } catch (Rejection forbidden) {
            return List.of();
        }
    }

    private static OrderCommand command(String name) {
        return switch (name) {
            case "create" -> new CreateOrder(new CustomerId("ada"), "EUR", List.of(MUG), NOW, NOW);
            case "add" -> new AddItem(MUG, NOW);
            case "submit" -> new SubmitOrder(NOW);
            case "pay" -> pay(MUG.lineTotal());
            case "pay wrong" -> pay(Money.of("24.99"));
            case "ship" -> new ShipOrder("DHL", "T-1", Optional.empty(), NOW);
            case "cancel" -> new CancelOrder("no", NOW);
            default -> throw new AssertionError(name);
        };
    }

    private static String outcome(OrderCommand command, Order order) {
        try {
            return OrderDecider.decide(command, order)
                    .map(event -> event.getClass().getSimpleName())
                    .orElse("nothing");
        } catch (Rejection forbidden) {
            return forbidden.rule().name();
        }
    }
}
