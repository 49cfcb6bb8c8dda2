package orders.query.projection;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.EventRecord;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.OffsetStore.Outcome;
import orders.query.projection.Decoded.CustomerChange;

/// What a batch changes in a store: rows, customers, dead letters and then, or in the same
/// transaction, the checkpoints.
///
/// @param before views as they were read, by order id
/// @param customersOfNewOrders customers of the orders that begin in the batch, written before or
///   not
/// @param views that changed, sorted by order id
/// @param steps every version of these views, in the order of their events
/// @param customers the newest change of each customer, sorted by id
/// @param parked new dead letters
/// @param resolved dead letters that are applied now, or discarded
/// @param freed orders of which something was applied that early events may have waited for
public record Changes<V>(
        Map<String, V> before,
        Set<String> customersOfNewOrders,
        List<V> views,
        List<Step<V>> steps,
        List<CustomerChange> customers,
        List<DeadLetter> parked,
        List<Position> resolved,
        List<String> freed,
        List<Checkpoint> checkpoints) {

    /// Whether there is anything to write.
    public boolean isEmpty() {
        return views.isEmpty()
                && customersOfNewOrders.isEmpty()
                && customers.isEmpty()
                && parked.isEmpty()
                && resolved.isEmpty()
                && checkpoints.isEmpty();
    }

    /// What of it goes to the offset store.
    Outcome outcome() {
        return new Outcome(parked, resolved, freed, checkpoints);
    }

    /// The version of an order before, 0 when it begins.
    public long versionBefore(Evolution<V> evolution, String orderId) {
        V view = before.get(orderId);
        return view == null ? 0 : evolution.version(view);
    }

    /// These changes, with what they settle of dead letters: those that were tried again and are
    /// not parked again are resolved, and early events of `orderIds` may have waited for a change.
    Changes<V> settling(
            Evolution<V> evolution, Collection<EventRecord> retried, Set<String> orderIds) {
        Set<Position> again =
                parked.stream()
                        .map(letter -> letter.record().position())
                        .collect(Collectors.toCollection(HashSet::new));
        return new Changes<>(
                before,
                customersOfNewOrders,
                views,
                steps,
                customers,
                parked,
                retried.stream()
                        .map(EventRecord::position)
                        .filter(position -> !again.contains(position))
                        .toList(),
                views.stream().map(evolution::orderId).filter(orderIds::contains).toList(),
                checkpoints);
    }

    /// `views` by what `key` makes of them.
    public static <V> Map<String, V> byId(Collection<V> views, Function<V, String> key) {
        return views.stream().collect(Collectors.toMap(key, Function.identity()));
    }
}
