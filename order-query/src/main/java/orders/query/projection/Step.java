package orders.query.projection;

import orders.query.projection.Decoded.OrderChange;

/// A view as one event left it.
public record Step<V>(OrderChange change, V view) {}
