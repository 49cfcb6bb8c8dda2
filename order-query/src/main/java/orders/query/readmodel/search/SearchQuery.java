package orders.query.readmodel.search;

import java.time.Instant;
import java.util.Optional;

/// A question for orders by words.
///
/// @param words plain text; without any, all orders that the filters let through are found
/// @param country of the customer
/// @param from inclusive, on `createdAt`
/// @param to exclusive, on `createdAt`
/// @param limit orders on the page, 1 or more
/// @param after the last order of the page before
public record SearchQuery(
        Optional<String> words,
        Optional<String> status,
        Optional<String> customerId,
        Optional<String> country,
        Optional<Instant> from,
        Optional<Instant> to,
        int limit,
        Optional<Position> after) {

    /// A place among all that is found.
    ///
    /// @param orderId decides between equal scores
    public record Position(double score, String orderId) {}
}
