package orders.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import orders.model.EventCodec;
import orders.model.OrderEvent;
import orders.model.OrderId;
import orders.model.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// Orders that nobody commanded: their events are written to the topic as order-command would
/// publish them, because a million commands take too long.
final class History {

    /// So many orders are under way together: their first events come before any of the second.
    private static final int TOGETHER = 10_000;

    private final String kafka;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long orders;

    History(String kafka) {
        this.kafka = kafka;
    }

    /// Orders by their number, from 0.
    interface Orders {

        String id(long number);

        /// All of an order, from its creation on.
        List<OrderEvent> events(long number);
    }

    /// Writes `kind` of orders until there are so many. Answers how many events that took.
    long growTo(long wanted, Orders kind) {
        long events = 0;
        try (KafkaProducer<String, String> producer = RawLimits.producer(kafka)) {
            while (orders < wanted) {
                long end = Math.min(wanted, orders + TOGETHER);
                events += write(producer, kind, end);
                orders = end;
            }
        }
        requireWritten();
        return events;
    }

    private long write(KafkaProducer<String, String> producer, Orders kind, long end) {
        List<List<OrderEvent>> lives = new ArrayList<>();
        for (long order = orders; order < end; order++) {
            lives.add(kind.events(order));
        }
        long events = 0;
        boolean isOver = false;
        for (int version = 1; !isOver; version++) {
            isOver = true;
            for (int index = 0; index < lives.size(); index++) {
                if (version <= lives.get(index).size()) {
                    String id = kind.id(orders + index);
                    OrderEvent event = lives.get(index).get(version - 1);
                    send(
                            producer,
                            record(
                                    Topics.ORDER_EVENTS,
                                    id,
                                    version,
                                    EventCodec.typeOf(event),
                                    EventCodec.encode(new OrderId(id), version, event)));
                    events++;
                    isOver = false;
                }
            }
        }
        return events;
    }

    private void requireWritten() {
        if (failure.get() != null) {
            throw new IllegalStateException("the topic is incomplete", failure.get());
        }
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

    private static ProducerRecord<String, String> record(
            String topic, String id, int version, String type, String value) {
        List<Header> headers =
                List.of(
                        header(Topics.CE_SPECVERSION, "1.0"),
                        header(Topics.CE_ID, UUID.randomUUID().toString()),
                        header(Topics.CE_SOURCE, "/order-bench"),
                        header(Topics.CE_TYPE, type),
                        header(Topics.CE_SUBJECT, id),
                        header(Topics.CE_TIME, Instant.now().toString()),
                        header(Topics.CE_SEQUENCE, Integer.toString(version)),
                        header(Topics.CONTENT_TYPE, EventCodec.CONTENT_TYPE),
                        header(Topics.CORRELATION_ID, id));
        return new ProducerRecord<>(topic, null, id, value, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
