package orders.query.projection;

import java.util.Map;
import java.util.Set;

/// Views of orders as they were read.
///
/// @param byId those that are there, by order id
/// @param unread orders that are left for another read, because those before them are large
public record Views<V>(Map<String, V> byId, Set<String> unread) {

    public Views {
        byId = Map.copyOf(byId);
        unread = Set.copyOf(unread);
    }

    /// All that were asked for.
    public static <V> Views<V> all(Map<String, V> byId) {
        return new Views<>(byId, Set.of());
    }
}
