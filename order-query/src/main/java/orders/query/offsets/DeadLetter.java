package orders.query.offsets;

import java.time.Instant;

/// An event that is parked because it cannot be read or applied, or because an earlier one of its
/// order is.
///
/// @param cause why it is parked
/// @param at when it was parked
/// @param isEarly whether all that it waits for is an event of its order that has not come yet: it
///   is tried again when that has
/// @param held later events of its order that are parked because of it
public record DeadLetter(
        EventRecord record, String cause, Instant at, boolean isEarly, long held) {}
