package orders.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import orders.model.CustomerId;
import orders.model.EventCodec;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderId;
import orders.model.OrderItem;
import orders.model.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// Orders that nobody commanded: their events are written to the topic as order-command would
/// publish them, because a million commands take too long.
final class History {

    private static final int CUSTOMERS = 20;

    /// Orders that are under way together, so that the events of an order lie apart.
    private static final int TOGETHER = 10_000;

    private static final List<OrderItem> ITEMS =
            List.of(
                    item("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, "2.55"),
                    item("71053", "WHITE METAL LANTERN", 6, "3.39"),
                    item("84406B", "CREAM CUPID HEARTS COAT HANGER", 8, "2.75"));

    private final String kafka;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long orders;

    History(String kafka) {
        this.kafka = kafka;
    }

    /// One of its orders, numbered from 0.
    static String orderId(long order) {
        return "history-" + order;
    }

    /// The customer of that order.
    static String customerId(long order) {
        return "history-c-" + order % CUSTOMERS;
    }

    /// Writes orders until there are so many. Answers how many events that took.
    long growTo(long wanted) {
        long events = 0;
        try (KafkaProducer<String, String> producer = RawLimits.producer(kafka)) {
            while (orders < wanted) {
                long end = Math.min(wanted, orders + TOGETHER);
                for (int version = 1; version <= 4; version++) {
                    for (long order = orders; order < end; order++) {
                        if (version < 4 || order % 3 == 0) {
                            send(producer, order(order, version));
                            events++;
                        }
                    }
                }
                orders = end;
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("the topic is incomplete", failure.get());
        }
        return events;
    }

    private void send(
            KafkaProducer<String, String> producer, ProducerRecord<String, String> record) {
        var _ =
                producer.send(
                        record,
                        (_, failed) -> {
                            if (failed != null) {
                                failure.set(failed);
                            }
                        });
    }

    private static ProducerRecord<String, String> order(long number, int version) {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        OrderEvent event =
                switch (version) {
                    case 1 ->
                            new OrderCreated(
                                    new CustomerId(customerId(number)), "EUR", ITEMS, at, at);
                    case 2 -> new OrderSubmitted(at);
                    case 3 -> new OrderPaid("card", OrderItem.total(ITEMS), Optional.empty(), at);
                    default -> new OrderShipped("DHL", "T-" + number, Optional.empty(), at);
                };
        String id = orderId(number);
        List<Header> headers =
                List.of(
                        header(Topics.CE_SPECVERSION, "1.0"),
                        header(Topics.CE_ID, UUID.randomUUID().toString()),
                        header(Topics.CE_SOURCE, "/order-bench"),
                        header(Topics.CE_TYPE, EventCodec.typeOf(event)),
                        header(Topics.CE_SUBJECT, id),
                        header(Topics.CE_TIME, at.toString()),
                        header(Topics.CE_SEQUENCE, Integer.toString(version)),
                        header(Topics.CONTENT_TYPE, EventCodec.CONTENT_TYPE),
                        header(Topics.CORRELATION_ID, id));
        return new ProducerRecord<>(
                Topics.ORDER_EVENTS,
                null,
                id,
                EventCodec.encode(new OrderId(id), version, event),
                headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static OrderItem item(
            String productId, String description, int quantity, String price) {
        return new OrderItem(productId, Optional.of(description), quantity, Money.of(price));
    }
}
