package orders.query.projection;

import orders.query.offsets.EventRecord.Position;

/// A view as one event left it.
///
/// @param position of that event
public record Step<V>(Position position, V view) {}
