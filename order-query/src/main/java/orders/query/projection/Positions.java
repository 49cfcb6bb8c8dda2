package orders.query.projection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import orders.model.Topics;
import orders.query.projection.GroupMember.Sought;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// How far a member of a projection's group is in each of its partitions: what was polled, and what
/// of it comes next.
final class Positions {

    private static final Logger LOG = Logger.getLogger(Positions.class);

    private final String projection;
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();

    /// The first offset that is not applied; absent until the offset store has told the checkpoint.
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();

    /// What Kafka is to be told.
    private final Map<TopicPartition, Long> uncommitted = new ConcurrentHashMap<>();

    /// Where the last poll ended.
    private final Map<TopicPartition, Long> polled = new ConcurrentHashMap<>();

    /// Where polls ended each time they were sought back, until the first comes that was.
    private final Map<TopicPartition, Deque<Long>> soughtBack = new ConcurrentHashMap<>();

    Positions(String projection) {
        this.projection = projection;
    }

    void assigned(Collection<TopicPartition> partitions) {
        partitions.forEach(this::forget);
        assigned.addAll(partitions);
    }

    void revoked(Collection<TopicPartition> partitions) {
        partitions.forEach(assigned::remove);
        partitions.forEach(this::forget);
    }

    private void forget(TopicPartition partition) {
        Stream.of(next, uncommitted, polled, soughtBack).forEach(all -> all.remove(partition));
    }

    /// All partitions are to be placed again.
    void unplaceAll() {
        next.clear();
    }

    /// Partitions whose checkpoint is not known.
    Set<TopicPartition> unplaced() {
        Set<TopicPartition> unplaced = new HashSet<>(assigned);
        unplaced.removeAll(next.keySet());
        return unplaced;
    }

    /// Partitions whose events are applied.
    Set<TopicPartition> placed() {
        return Set.copyOf(next.keySet());
    }

    /// Notes where these are polled from. Those that were revoked meanwhile are not.
    void place(Map<TopicPartition, Sought> places) {
        places.forEach((partition, place) -> {
            next.put(partition, place.next());
            if (place.polled() > place.next()) {
                soughtBack.computeIfAbsent(partition, _ -> new ArrayDeque<>()).add(place.polled());
            }
        });
        Stream.of(next, soughtBack).forEach(all -> all.keySet().retainAll(assigned));
    }

    /// Notes what was polled. A poll that goes back, though nobody has sought, is one of a topic
    /// that was cut off or made anew: Kafka's consumer begins again where there is something, and
    /// offsets are used a second time.
    void polled(List<ConsumerRecord<String, byte[]>> records) {
        TopicPartition partition = partition(records);
        long first = records.getFirst().offset();
        long end = records.getLast().offset() + 1;
        Long before = polled.put(partition, end);
        boolean goesBack = before != null && first < before;
        Deque<Long> sought = soughtBack.getOrDefault(partition, new ArrayDeque<>());
        if (!sought.isEmpty() && (goesBack || end > sought.peek())) {
            sought.remove();
        } else if (goesBack && next.replace(partition, first) != null) {
            LOG.warnf(
                    "Projection %s applies %s again from %d on: it was read up to %d",
                    projection, partition, first, before);
        }
    }

    /// What comes next of records that were polled.
    ///
    /// @param records that follow on what is applied, by partition
    /// @param later records behind a gap, by poll and partition
    /// @param gaps the first offset that is missing before these
    record Following(
            List<ConsumerRecord<String, byte[]>> records,
            List<List<ConsumerRecord<String, byte[]>>> later,
            Map<TopicPartition, Long> gaps) {}

    /// Leaves out what is applied already. A single poll of a partition leaves out only what Kafka
    /// does not have.
    ///
    /// @param polls by poll and partition, in their order
    Following following(List<List<ConsumerRecord<String, byte[]>>> polls) {
        var following = new Following(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        Map<TopicPartition, Long> ends = new HashMap<>(next);
        for (List<ConsumerRecord<String, byte[]>> records : polls) {
            TopicPartition partition = partition(records);
            long end = ends.getOrDefault(partition, Long.MAX_VALUE);
            if (records.getLast().offset() >= end) {
                if (records.getFirst().offset() > end) {
                    following.gaps().put(partition, end);
                    following.later().add(records);
                } else {
                    records.stream()
                            .filter(record -> record.offset() >= end)
                            .forEach(following.records()::add);
                    ends.put(partition, records.getLast().offset() + 1);
                }
            }
        }
        return following;
    }

    /// Closes a gap. What Kafka does not have any more is gone. What it still has was not polled,
    /// because the group was ahead of the checkpoint: the partition is to be placed again.
    ///
    /// @param end the first offset that is missing
    /// @param first the first record that Kafka has from there on, as far as it has said so
    void close(TopicPartition partition, long end, Optional<ConsumerRecord<String, byte[]>> first) {
        long present = first.map(ConsumerRecord::offset).orElse(end);
        if (present <= end) {
            next.remove(partition);
            return;
        }
        if (partition.topic().equals(Topics.ORDER_EVENTS)) {
            LOG.warnf(
                    "Projection %s misses events: Kafka has none of %s from %d to %d any more",
                    projection, partition, end, present - 1);
        }
        next.replace(partition, end, present);
    }

    /// Notes up to where events are applied.
    void applied(Map<TopicPartition, Long> ends) {
        ends.forEach((partition, end) -> {
            if (next.computeIfPresent(partition, (_, before) -> Math.max(before, end)) != null) {
                uncommitted.put(partition, end);
            }
        });
    }

    /// What was applied since this was asked last.
    Map<TopicPartition, Long> takeUncommitted() {
        Map<TopicPartition, Long> taken = Map.copyOf(uncommitted);
        taken.forEach(uncommitted::remove);
        return taken;
    }

    /// What was polled, by partition.
    static Stream<List<ConsumerRecord<String, byte[]>>> byPartition(
            ConsumerRecords<String, byte[]> polled) {
        return polled.partitions().stream().map(polled::records);
    }

    private static TopicPartition partition(List<ConsumerRecord<String, byte[]>> records) {
        ConsumerRecord<String, byte[]> first = records.getFirst();
        return new TopicPartition(first.topic(), first.partition());
    }
}
