package orders.query.projection;

import orders.query.projection.EventRecord.Position;

/// A view as one event left it.
///
/// @param position of that event
public record Step<V>(Position position, V view) {}
