package orders.query.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;

/// How the views of a read model come from events, by pure functions.
///
/// @param <V> a view of one order; it knows the version that it shows
public interface Evolution<V> {

    /// The view of a new order.
    V begin(String orderId, OrderCreated created);

    /// The view after the next event, at `version`.
    ///
    /// @throws IllegalStateException when the event cannot follow
    V evolve(V view, long version, OrderEvent event);

    /// The version that `view` shows.
    long version(V view);

    /// Folds the changes of `batch` into the views that are there, under the version guard: the
    /// next version is applied, one that is not newer is skipped, a gap is poison.
    ///
    /// @param present views by order id
    /// @return the views that changed, sorted by order id
    /// @throws PoisonEvent when a change cannot be applied
    default Collection<V> fold(Map<String, V> present, List<OrderChange> changes) {
        Map<String, V> views = new HashMap<>(present);
        Map<String, V> changed = new TreeMap<>();
        for (OrderChange change : changes) {
            V view = views.get(change.orderId());
            long version = view == null ? 0 : version(view);
            if (change.version() <= version) {
                continue;
            }
            if (change.version() > version + 1) {
                throw poison(change, "is behind a gap: the read model is at " + version, null);
            }
            V next = next(view, change);
            views.put(change.orderId(), next);
            changed.put(change.orderId(), next);
        }
        return new ArrayList<>(changed.values());
    }

    private V next(V view, OrderChange change) {
        if (view != null) {
            try {
                return evolve(view, change.version(), change.event());
            } catch (IllegalStateException impossible) {
                throw poison(change, impossible.getMessage(), impossible);
            }
        }
        if (change.event() instanceof OrderCreated created) {
            return begin(change.orderId(), created);
        }
        throw poison(change, "is the first but creates nothing", null);
    }

    private static PoisonEvent poison(OrderChange change, String why, Throwable cause) {
        return new PoisonEvent(
                "order %s version %d %s".formatted(change.orderId(), change.version(), why), cause);
    }
}
