package orders.model;

import java.util.Set;

/// Identity of an order: the aggregate id, the record key in Kafka and the name in URLs.
///
/// @param value see [Ids] for its alphabet; `search` and `stream` stand for something else in URLs
public record OrderId(String value) {

    private static final Set<String> RESERVED = Set.of("search", "stream");

    /// @throws IllegalArgumentException when `value` is not an order id
    public OrderId {
        if (!isOrderId(value)) {
            throw new IllegalArgumentException("not an order id: " + value);
        }
    }

    /// Whether `value` may name an order.
    public static boolean isOrderId(String value) {
        return Ids.isId(value) && !RESERVED.contains(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
