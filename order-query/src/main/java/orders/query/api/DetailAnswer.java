package orders.query.api;

import java.time.Instant;
import orders.query.readmodel.details.OrderDetail;

/// One order, on the wire.
///
/// @param lastUpdated time of the newest event that it shows
/// @param stale whether the service knows of an event that it does not show
public record DetailAnswer(OrderDetail order, long version, Instant lastUpdated, boolean stale) {}
