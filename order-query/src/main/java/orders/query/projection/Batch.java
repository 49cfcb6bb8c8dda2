package orders.query.projection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.model.Ids;
import orders.query.offsets.EventRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The unit of work: what a poll brought. Changes of one order are in the order of its versions.
///
/// @param ends the offset behind the last record of each partition, empty for a part of a poll
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
                .map(Decoded::record)
                .filter(record -> !record.isOfCustomer())
                .map(EventRecord::key)
                .filter(key -> key != null && Ids.isId(key))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// A part of it, which ends nothing.
    Batch part(int from, int to) {
        return new Batch(entries.subList(from, to), Map.of());
    }

    /// What remains when its parts are applied.
    Batch onlyEnds() {
        return new Batch(List.of(), ends);
    }
}
