package orders.query.readmodel.summaries;

import java.time.Instant;
import java.util.Optional;

/// A question for a page of orders.
///
/// @param from inclusive, on `createdAt`
/// @param to exclusive, on `createdAt`
/// @param limit orders on the page, 1 or more
/// @param after the last order of the page before
public record ListQuery(
        Optional<String> customerId,
        Optional<String> status,
        Optional<Instant> from,
        Optional<Instant> to,
        ListedBy sort,
        int limit,
        Optional<Position> after) {

    /// A place in a list.
    ///
    /// @param key what the list is sorted by
    /// @param orderId decides between equal keys
    public record Position(Instant key, String orderId) {}
}
