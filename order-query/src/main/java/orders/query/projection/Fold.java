package orders.query.projection;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import orders.model.OrderEvent.OrderCreated;
import orders.query.offsets.Checkpoint;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.DeadLetters.Discarded;
import orders.query.offsets.EventRecord;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Decoded.OrderChange;
import orders.query.projection.Decoded.Poison;
import org.apache.kafka.common.TopicPartition;

/// Folds a batch into the views that are there, under the version guard: the next version is
/// applied, one that is not newer is skipped, one behind a gap waits for those before it. What
/// still waits in the end is parked as early. Poison parks its order: it and all that follows of
/// the order are dead letters. A pure function of what it is given.
///
/// @param <V> a view of one order
final class Fold<V> {

    private static final String HELD = "an earlier event of the order is parked";

    private final Evolution<V> evolution;
    private final Map<String, V> before;
    private final Set<String> parkedOrders;
    private final Set<Discarded> discarded;

    private final Set<String> customersOfNewOrders = new HashSet<>();
    private final Map<String, V> changed = new TreeMap<>();
    private final List<Step<V>> steps = new ArrayList<>();
    private final Map<String, CustomerChange> customers = new TreeMap<>();
    private final List<DeadLetter> parked = new ArrayList<>();

    /// Changes behind a gap, by order and version.
    private final Map<String, NavigableMap<Long, OrderChange>> early = new TreeMap<>();

    private final Map<TopicPartition, Instant> lastEventAt = new HashMap<>();

    private Fold(
            Evolution<V> evolution,
            Map<String, V> before,
            Set<String> parkedOrders,
            Set<Discarded> discarded) {
        this.evolution = evolution;
        this.before = before;
        this.parkedOrders = new HashSet<>(parkedOrders);
        this.discarded = discarded;
    }

    /// What `batch` changes.
    ///
    /// @param before views that are there, by order id
    /// @param parkedOrders orders that are parked already
    /// @param discarded events that were given up
    /// @param now time of parking
    static <V> Changes<V> of(
            Evolution<V> evolution,
            Batch batch,
            Map<String, V> before,
            Set<String> parkedOrders,
            Set<Discarded> discarded,
            Instant now) {
        var fold = new Fold<>(evolution, before, parkedOrders, discarded);
        batch.entries().forEach(entry -> fold.take(entry, now));
        fold.early
                .values()
                .forEach(
                        waiting -> waiting.values().forEach(change -> fold.parkEarly(change, now)));
        return new Changes<>(
                before,
                Set.copyOf(fold.customersOfNewOrders),
                List.copyOf(fold.changed.values()),
                List.copyOf(fold.steps),
                List.copyOf(fold.customers.values()),
                List.copyOf(fold.parked),
                List.of(),
                List.of(),
                batch.ends().entrySet().stream()
                        .map(end ->
                                new Checkpoint(
                                        end.getKey(),
                                        end.getValue(),
                                        Optional.ofNullable(fold.lastEventAt.get(end.getKey()))))
                        .toList());
    }

    /// With what has waited for it.
    private void take(Decoded entry, Instant now) {
        Decoded next = entry;
        while (next != null) {
            takeAlone(next, now);
            next = following(entry.record().key());
        }
    }

    private OrderChange following(String orderId) {
        NavigableMap<Long, OrderChange> waiting =
                orderId == null
                        ? null
                        : early.getOrDefault(orderId, Collections.emptyNavigableMap());
        V view = waiting == null || waiting.isEmpty() ? null : view(orderId);
        return view == null ? null : waiting.remove(evolution.version(view) + 1);
    }

    private void takeAlone(Decoded entry, Instant now) {
        if (discarded.contains(Discarded.of(entry.record()))) {
            skip(entry.record());
            return;
        }
        Optional<String> cause =
                switch (entry) {
                    case Poison poison -> Optional.of(heldOr(poison.record(), poison.cause()));
                    case CustomerChange change -> take(change);
                    case OrderChange change -> take(change);
                };
        cause.ifPresent(why -> park(entry.record(), why, now));
    }

    /// Of a customer the newest counts, and gaps are normal: the topic is compacted.
    private Optional<String> take(CustomerChange change) {
        customers.merge(
                change.customerId(),
                change,
                (one, other) -> one.version() > other.version() ? one : other);
        applied(change.record(), change.at());
        return Optional.empty();
    }

    private Optional<String> take(OrderChange change) {
        if (parkedOrders.contains(change.orderId())) {
            return Optional.of(HELD);
        }
        V view = view(change.orderId());
        long version = view == null ? 0 : evolution.version(view);
        if (change.version() > version + 1) {
            early.computeIfAbsent(change.orderId(), _ -> new TreeMap<>())
                    .putIfAbsent(change.version(), change);
            return Optional.empty();
        }
        if (change.event() instanceof OrderCreated created) {
            customersOfNewOrders.add(created.customerId().value());
        }
        if (change.version() == version + 1) {
            try {
                V next = next(view, change);
                changed.put(change.orderId(), next);
                steps.add(new Step<>(change, next));
            } catch (RuntimeException impossible) {
                return Optional.of(impossible.toString());
            }
        }
        applied(change.record(), change.event().at());
        return Optional.empty();
    }

    private V next(V view, OrderChange change) {
        if (view != null) {
            return evolution.evolve(view, change.version(), change.event());
        }
        if (change.event() instanceof OrderCreated created) {
            return evolution.begin(change.orderId(), created);
        }
        throw new IllegalStateException("the first event creates nothing");
    }

    private void skip(EventRecord record) {
        V view = record.key() == null ? null : view(record.key());
        if (view != null && Long.toString(evolution.version(view) + 1).equals(record.sequence())) {
            changed.put(record.key(), evolution.skip(view, evolution.version(view) + 1));
        }
    }

    private V view(String orderId) {
        V view = changed.get(orderId);
        return view == null ? before.get(orderId) : view;
    }

    private void applied(EventRecord record, Instant at) {
        lastEventAt.merge(
                record.position().partition(),
                at,
                (one, other) -> one.isAfter(other) ? one : other);
    }

    private String heldOr(EventRecord record, String cause) {
        return record.key() != null && parkedOrders.contains(record.key()) ? HELD : cause;
    }

    private void park(EventRecord record, String cause, Instant now) {
        if (!record.isOfCustomer() && record.key() != null) {
            parkedOrders.add(record.key());
        }
        parked.add(new DeadLetter(record, cause, now, false, 0));
    }

    private void parkEarly(OrderChange change, Instant now) {
        V view = view(change.orderId());
        String cause =
                "version %d is behind a gap: the read model shows %d"
                        .formatted(change.version(), view == null ? 0 : evolution.version(view));
        boolean isOnlyEarly = !parkedOrders.contains(change.orderId());
        parked.add(
                new DeadLetter(change.record(), isOnlyEarly ? cause : HELD, now, isOnlyEarly, 0));
    }
}
