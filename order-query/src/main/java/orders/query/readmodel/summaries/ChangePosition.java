package orders.query.readmodel.summaries;

import java.util.Map;
import java.util.TreeMap;

/// How far a follower of changes has come: by partition, the first offset that it has not seen.
public record ChangePosition(Map<Integer, Long> nextOffsets) {

    public ChangePosition {
        nextOffsets = Map.copyOf(nextOffsets);
    }

    /// The position behind `change`.
    public ChangePosition after(OrderChange change) {
        Map<Integer, Long> next = new TreeMap<>(nextOffsets);
        next.merge(change.partition(), change.offset() + 1, Math::max);
        return new ChangePosition(next);
    }

    /// Whether `change` comes after it.
    public boolean isBefore(OrderChange change) {
        return nextOffsets.getOrDefault(change.partition(), 0L) <= change.offset();
    }

    /// Whether it is further than `other` in any partition.
    public boolean isBeyond(ChangePosition other) {
        return nextOffsets.entrySet().stream()
                .anyMatch(next ->
                        next.getValue() > other.nextOffsets.getOrDefault(next.getKey(), 0L));
    }
}
