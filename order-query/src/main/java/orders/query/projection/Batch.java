package orders.query.projection;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.model.Ids;
import orders.query.offsets.EventRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The unit of work: what a poll brought, those of a partition in its order.
///
/// @param ends the offset behind the last record of each partition, empty but in the last part of a
///   poll
public record Batch(List<Decoded> entries, Map<TopicPartition, Long> ends) {

    public Batch {
        entries = List.copyOf(entries);
        ends = Map.copyOf(ends);
    }

    /// Reads a poll.
    public static Batch of(Iterable<ConsumerRecord<String, byte[]>> poll) {
        List<EventRecord> records =
                StreamSupport.stream(poll.spliterator(), false).map(EventRecord::of).toList();
        Map<TopicPartition, Long> ends = new HashMap<>();
        records.forEach(record ->
                ends.merge(
                        record.position().partition(), record.position().offset() + 1, Math::max));
        return new Batch(records.stream().map(Decoded::of).toList(), ends);
    }

    /// Records that were parked, to be tried again.
    static Batch again(List<EventRecord> records) {
        return new Batch(records.stream().map(Decoded::of).toList(), Map.of());
    }

    /// Ids of the orders that it is about; a key that is no id is that of no order.
    Set<String> orderIds() {
        return entries.stream()
                .map(Batch::orderId)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Optional<String> orderId(Decoded entry) {
        return Optional.ofNullable(entry.record().key())
                .filter(key -> !entry.record().isOfCustomer() && Ids.isId(key));
    }

    /// The entries before the first that is about one of these orders.
    Batch before(Set<String> orderIds) {
        int end = 0;
        while (end < entries.size()
                && orderId(entries.get(end)).filter(orderIds::contains).isEmpty()) {
            end++;
        }
        return part(0, end);
    }

    /// The first entries, which take so many bytes or are a single one.
    Batch first(long bytes) {
        int end = 0;
        long sum = 0;
        while (end < entries.size() && (end == 0 || sum + bytes(entries.get(end)) <= bytes)) {
            sum += bytes(entries.get(end++));
        }
        return part(0, end);
    }

    private static long bytes(Decoded entry) {
        return entry.record().value() == null ? 0 : entry.record().value().length;
    }

    /// What is left behind its first entries.
    Batch after(Batch first) {
        return part(first.entries.size(), entries.size());
    }

    /// Some of its entries, in a row.
    Batch part(int from, int to) {
        return new Batch(entries.subList(from, to), to == entries.size() ? ends : Map.of());
    }
}
