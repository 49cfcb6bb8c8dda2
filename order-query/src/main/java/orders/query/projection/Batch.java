package orders.query.projection;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import orders.model.EventCodec;
import orders.model.OrderEvent.OrderCreated;
import orders.model.Topics;
import orders.model.UnreadableEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/// What one poll brought: the unit of work. Changes of one order are in the order of its versions.
///
/// @param customers the newest change of each customer
public record Batch(
        List<OrderChange> orders,
        Collection<CustomerChange> customers,
        Collection<Checkpoint> checkpoints) {

    /// Decodes a poll.
    ///
    /// @throws PoisonEvent when a record cannot be read
    static Batch of(ConsumerRecords<String, byte[]> records) {
        List<OrderChange> orders = new ArrayList<>();
        Map<String, CustomerChange> customers = new HashMap<>();
        Map<TopicPartition, Checkpoint> checkpoints = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            Instant at = decode(record, orders, customers);
            var partition = new TopicPartition(record.topic(), record.partition());
            checkpoints.merge(
                    partition,
                    new Checkpoint(partition, record.offset() + 1, at),
                    (before, now) ->
                            before.lastEventAt().isAfter(now.lastEventAt())
                                    ? new Checkpoint(
                                            partition, now.nextOffset(), before.lastEventAt())
                                    : now);
        }
        return new Batch(List.copyOf(orders), customers.values(), checkpoints.values());
    }

    /// The orders that it changes.
    public Set<String> orderIds() {
        return orders.stream().map(OrderChange::orderId).collect(Collectors.toSet());
    }

    /// The customers of the orders that begin in it.
    public Set<String> customersOfNewOrders() {
        return orders.stream()
                .filter(change -> change.event() instanceof OrderCreated)
                .map(change -> ((OrderCreated) change.event()).customerId().value())
                .collect(Collectors.toSet());
    }

    private static Instant decode(
            ConsumerRecord<String, byte[]> record,
            List<OrderChange> orders,
            Map<String, CustomerChange> customers) {
        try {
            String type = header(record, Topics.CE_TYPE);
            long version = Long.parseLong(header(record, Topics.CE_SEQUENCE));
            if (record.topic().equals(Topics.CUSTOMER_EVENTS)) {
                var event = EventCodec.decodeCustomerEvent(type, record.value());
                customers.merge(
                        record.key(),
                        new CustomerChange(record.key(), version, event.customer(), event.at()),
                        (before, now) -> before.version() > now.version() ? before : now);
                return event.at();
            }
            var event = EventCodec.decodeOrderEvent(type, record.value());
            orders.add(new OrderChange(record.key(), version, event));
            return event.at();
        } catch (UnreadableEvent | NumberFormatException unreadable) {
            throw new PoisonEvent(
                    "%s-%d offset %d, key %s cannot be read: %s"
                            .formatted(
                                    record.topic(),
                                    record.partition(),
                                    record.offset(),
                                    record.key(),
                                    unreadable.getMessage()),
                    unreadable);
        }
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null) {
            throw new UnreadableEvent("no header " + name);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
