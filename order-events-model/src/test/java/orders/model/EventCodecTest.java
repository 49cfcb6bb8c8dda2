package orders.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerChanged;
import orders.model.CustomerEvent.CustomerRegistered;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {

    private static final Instant AT = Instant.parse("2026-01-31T12:00:00.123456Z");
    private static final OrderItem PLAIN =
            new OrderItem("22632", Optional.empty(), 1_000_000, Money.of("1000000.00"));
    private static final OrderItem DESCRIBED =
            new OrderItem("85123A", Optional.of("WHITE \"HEART\" ☕ 🎁"), 6, Money.of("2.55"));

    static List<OrderEvent> orderEvents() {
        return List.of(
                new OrderCreated(new CustomerId("17850"), "GBP", List.of(PLAIN, DESCRIBED), AT, AT),
                new OrderItemAdded(PLAIN, AT),
                new OrderItemAdded(DESCRIBED, AT),
                new OrderSubmitted(AT),
                new OrderPaid("card", Money.of("0.07"), Optional.of("r-1"), AT),
                new OrderPaid("card", Money.of("7"), Optional.empty(), AT),
                new OrderShipped("DHL", "T1", Optional.of("1 High Street"), AT),
                new OrderShipped("DHL", "T1", Optional.empty(), AT),
                new OrderCancelled("changed my mind", AT));
    }

    static List<CustomerEvent> customerEvents() {
        var known = new Customer("Ada", Optional.of("ada@example.org"), Optional.of("UK"));
        var plain = new Customer("Zoë", Optional.empty(), Optional.empty());
        return List.of(
                new CustomerRegistered(known, AT),
                new CustomerRegistered(plain, AT),
                new CustomerChanged(known, AT),
                new CustomerChanged(plain, AT));
    }

    @ParameterizedTest
    @MethodSource("orderEvents")
    void an_order_event_is_read_as_it_was_written(OrderEvent event) {
        String json = EventCodec.encode(new OrderId("4711"), 3, event);

        assertEquals(event, EventCodec.decodeOrderEvent(EventCodec.typeOf(event), utf8(json)));
    }

    @ParameterizedTest
    @MethodSource("customerEvents")
    void a_customer_event_is_read_as_it_was_written(CustomerEvent event) {
        String json = EventCodec.encode(new CustomerId("17850"), 3, event);

        assertEquals(event, EventCodec.decodeCustomerEvent(EventCodec.typeOf(event), utf8(json)));
    }

    @Test
    void items_are_read_as_they_were_written() {
        var items = List.of(PLAIN, DESCRIBED);

        assertEquals(items, EventCodec.decodeItems(EventCodec.encodeItems(items)));
    }

    @Test
    void an_order_created_before_there_were_currencies_is_in_euros() throws IOException {
        byte[] first =
                Files.readAllBytes(Path.of("src/test/resources/samples/OrderCreated-1.json"));

        assertEquals(
                new OrderCreated(
                        new CustomerId("17850"),
                        "EUR",
                        List.of(
                                new OrderItem("22632", Optional.empty(), 2, Money.of("1.85")),
                                new OrderItem(
                                        "85123A",
                                        Optional.of("WHITE \"HEART\" ☕"),
                                        6,
                                        Money.of("2.55"))),
                        Instant.parse("2010-12-01T08:28:00Z"),
                        Instant.parse("2026-01-31T12:00:00Z")),
                EventCodec.decodeOrderEvent("OrderCreated", first));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"schemaVersion\":3,\"at\":\"2026-01-31T12:00:00Z\"}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":1,\"customerId\":\"not an id\"}"
            })
    void what_is_not_an_order_created_is_refused(String value) {
        assertThrows(
                UnreadableEvent.class,
                () -> EventCodec.decodeOrderEvent("OrderCreated", utf8(value)));
    }

    @Test
    void an_unknown_type_is_refused() {
        byte[] value = utf8("{\"schemaVersion\":1}");

        assertThrows(
                UnreadableEvent.class, () -> EventCodec.decodeOrderEvent("OrderMelted", value));
        assertThrows(
                UnreadableEvent.class, () -> EventCodec.decodeCustomerEvent("OrderCreated", value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
