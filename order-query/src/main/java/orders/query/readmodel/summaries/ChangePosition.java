package orders.query.readmodel.summaries;

import java.util.Map;
import java.util.TreeMap;

/// How far a follower of changes has come: by partition, the first place that it has not seen.
public record ChangePosition(Map<Integer, Long> nextPlaces) {

    public ChangePosition {
        nextPlaces = Map.copyOf(nextPlaces);
    }

    /// The position behind `change`.
    public ChangePosition after(OrderChange change) {
        Map<Integer, Long> next = new TreeMap<>(nextPlaces);
        next.merge(change.partition(), change.place() + 1, Math::max);
        return new ChangePosition(next);
    }

    /// Whether `change` comes after it.
    public boolean isBefore(OrderChange change) {
        return nextPlaces.getOrDefault(change.partition(), 0L) <= change.place();
    }

    /// Whether it is further than `other` in any partition.
    public boolean isBeyond(ChangePosition other) {
        return nextPlaces.entrySet().stream()
                .anyMatch(
                        next -> next.getValue() > other.nextPlaces.getOrDefault(next.getKey(), 0L));
    }
}
