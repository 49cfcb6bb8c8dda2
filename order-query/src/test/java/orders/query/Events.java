package orders.query;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orders.model.CustomerEvent;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerChanged;
import orders.model.CustomerEvent.CustomerRegistered;
import orders.model.CustomerId;
import orders.model.EventCodec;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCancelled;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderItemAdded;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderId;
import orders.model.OrderItem;
import orders.model.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Events as the command service would publish them.
public final class Events {

    public static final Instant ORDERED_AT = Instant.parse("2010-12-01T08:26:00Z");
    public static final Instant AT = Instant.parse("2026-01-31T12:00:00.123Z");
    public static final OrderItem MUG =
            new OrderItem("MUG-1", Optional.of("Mug"), 2, Money.of("12.50"));
    public static final OrderItem PEN =
            new OrderItem("PEN-1", Optional.empty(), 3, Money.of("0.07"));

    public static final OrderEvent ITEM_ADDED = new OrderItemAdded(PEN, AT.plusSeconds(1));
    public static final OrderEvent SUBMITTED = new OrderSubmitted(AT.plusSeconds(2));
    public static final OrderEvent PAID =
            new OrderPaid("card", Money.of("25.21"), Optional.of("r-1"), AT.plusSeconds(3));
    public static final OrderEvent SHIPPED =
            new OrderShipped("DHL", "T-1", Optional.of("1 High Street"), AT.plusSeconds(4));
    public static final OrderEvent CANCELLED =
            new OrderCancelled("changed my mind", AT.plusSeconds(5));

    private Events() {}

    public static OrderCreated created(String customerId) {
        return created(customerId, ORDERED_AT);
    }

    public static OrderCreated created(String customerId, Instant orderedAt) {
        return created(customerId, "GBP", orderedAt);
    }

    public static OrderCreated created(String customerId, String currency, Instant orderedAt) {
        return new OrderCreated(new CustomerId(customerId), currency, List.of(MUG), orderedAt, AT);
    }

    public static CustomerEvent registered(String name) {
        return new CustomerRegistered(
                new Customer(name, Optional.of("a@example.org"), Optional.of("UK")), AT);
    }

    public static CustomerEvent changed(String name) {
        return new CustomerChanged(
                new Customer(name, Optional.empty(), Optional.of("France")), AT.plusSeconds(9));
    }

    public static ProducerRecord<String, byte[]> record(
            String orderId, long version, OrderEvent event) {
        return record(
                Topics.ORDER_EVENTS,
                orderId,
                version,
                EventCodec.typeOf(event),
                EventCodec.encode(new OrderId(orderId), version, event));
    }

    public static ProducerRecord<String, byte[]> record(
            String customerId, long version, CustomerEvent event) {
        return record(
                Topics.CUSTOMER_EVENTS,
                customerId,
                version,
                EventCodec.typeOf(event),
                EventCodec.encode(new CustomerId(customerId), version, event));
    }

    /// What says in the compacted topic that a customer is gone.
    public static ProducerRecord<String, byte[]> tombstone(String customerId) {
        return new ProducerRecord<>(Topics.CUSTOMER_EVENTS, customerId, null);
    }

    /// The first event of an order as it was written before orders had currencies.
    public static ProducerRecord<String, byte[]> createdInFirstShape(
            String orderId, String customerId, Instant orderedAt) {
        return record(
                Topics.ORDER_EVENTS,
                orderId,
                1,
                "OrderCreated",
                """
                {"schemaVersion":1,"orderId":"%s","version":1,"at":"2026-01-31T12:00:00.123Z",
                 "customerId":"%s","orderedAt":"%s",
                 "items":[{"productId":"MUG-1","quantity":2,"unitPrice":"12.50"}]}
                """
                        .formatted(orderId, customerId, orderedAt));
    }

    /// The same record as one of another type.
    public static ProducerRecord<String, byte[]> withType(
            String type, ProducerRecord<String, byte[]> record) {
        var headers = new RecordHeaders(record.headers());
        headers.remove(Topics.CE_TYPE);
        headers.add(new RecordHeader(Topics.CE_TYPE, utf8(type)));
        return new ProducerRecord<>(record.topic(), null, record.key(), record.value(), headers);
    }

    /// The same record with `written` in its value in place of `text`, which is there.
    public static ProducerRecord<String, byte[]> replacing(
            String text, String written, ProducerRecord<String, byte[]> record) {
        String value = new String(record.value(), StandardCharsets.UTF_8);
        if (!value.contains(text)) {
            throw new IllegalArgumentException(value + " does not contain " + text);
        }
        return new ProducerRecord<>(
                record.topic(),
                null,
                record.key(),
                utf8(value.replace(text, written)),
                record.headers());
    }

    /// The same record in a partition that its key does not choose.
    public static ProducerRecord<String, byte[]> inPartition(
            int partition, ProducerRecord<String, byte[]> record) {
        return new ProducerRecord<>(
                record.topic(), partition, record.key(), record.value(), record.headers());
    }

    /// The same record under another key.
    public static ProducerRecord<String, byte[]> withKey(
            String key, ProducerRecord<String, byte[]> record) {
        return new ProducerRecord<>(record.topic(), null, key, record.value(), record.headers());
    }

    /// Publishes `records`, those of a partition in this order.
    public static void publish(
            String bootstrapServers, List<ProducerRecord<String, byte[]>> records) {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            for (var sent : records.stream().map(producer::send).toList()) {
                sent.get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The records of `key` in the partition of that name, like `order-events-3`.
    public static List<ConsumerRecord<String, byte[]>> read(
            String bootstrapServers, String partition, String key) {
        int dash = partition.lastIndexOf('-');
        var from =
                new TopicPartition(
                        partition.substring(0, dash),
                        Integer.parseInt(partition.substring(dash + 1)));
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(List.of(from));
            long end = consumer.endOffsets(List.of(from)).get(from);
            consumer.seekToBeginning(List.of(from));
            while (consumer.position(from) < end) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    if (key.equals(record.key())) {
                        found.add(record);
                    }
                }
            }
        }
        return found;
    }

    private static ProducerRecord<String, byte[]> record(
            String topic, String key, long version, String type, String value) {
        var headers = new RecordHeaders();
        headers.add(new RecordHeader(Topics.CE_TYPE, utf8(type)));
        headers.add(new RecordHeader(Topics.CE_SEQUENCE, utf8(Long.toString(version))));
        return new ProducerRecord<>(topic, null, key, utf8(value), headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
