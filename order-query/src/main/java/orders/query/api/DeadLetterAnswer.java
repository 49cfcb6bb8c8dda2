package orders.query.api;

import java.time.Instant;
import java.util.List;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.EventRecord;

/// An event that is parked, on the wire.
///
/// @param orderId `null` when it is of a customer, or has no key
/// @param customerId `null` when it is of an order
/// @param partition topic and number, like `order-events-3`
/// @param type of the event, `null` when it has none
/// @param at when it was parked
/// @param held later events of its order that are parked because of it
public record DeadLetterAnswer(
        String id,
        String orderId,
        String customerId,
        String partition,
        long offset,
        String type,
        String cause,
        Instant at,
        long held) {

    /// All of a projection.
    public record All(List<DeadLetterAnswer> items) {}

    static DeadLetterAnswer of(DeadLetter letter) {
        EventRecord event = letter.record();
        return new DeadLetterAnswer(
                event.position().toString(),
                event.isOfCustomer() ? null : event.key(),
                event.isOfCustomer() ? event.key() : null,
                event.position().partition().toString(),
                event.position().offset(),
                event.type(),
                letter.cause(),
                letter.at(),
                letter.held());
    }
}
