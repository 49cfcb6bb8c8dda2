package orders.query.projection;

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

    /// The view that counts `version` as seen and shows nothing of it: its event was discarded.
    V skip(V view, long version);

    /// The order that `view` shows.
    String orderId(V view);

    /// The version that `view` shows.
    long version(V view);
}
