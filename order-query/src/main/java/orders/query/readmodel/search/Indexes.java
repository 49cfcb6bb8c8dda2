package orders.query.readmodel.search;

import java.util.List;
import java.util.Map;

/// The indexes of one generation, with explicit mappings: what they do not know is refused.
///
/// @param orders searched by everybody; `order-search` is an alias of the live one
/// @param customers those that the projection knows
record Indexes(String orders, String customers) {

    /// The alias for tools outside.
    static final String ALIAS = "order-search";

    /// What all names of indexes match.
    static final String ALL = ALIAS + "-*";

    private static final Map<String, Object> KEYWORD = Map.of("type", "keyword");
    private static final Map<String, Object> ONLY_KEPT =
            Map.of("type", "keyword", "index", false, "doc_values", false);

    /// A word counts the same whatever other orders there are: so the score of an order is as
    /// stable as the order, and pages by score neither repeat nor skip.
    private static final Map<String, Object> TEXT = Map.of("type", "text", "similarity", "boolean");

    private static final Map<String, Object> NUMBER = Map.of("type", "long");
    private static final Map<String, Object> ONLY_KEPT_NUMBER =
            Map.of("type", "long", "index", false, "doc_values", false);
    private static final Map<String, Object> TIME = Map.of("type", "date_nanos");

    static Indexes of(long generation) {
        return new Indexes(ALIAS + "-g" + generation, ALIAS + "-customers-g" + generation);
    }

    List<String> both() {
        return List.of(orders, customers);
    }

    static Map<String, Object> ofOrders() {
        return index(
                Map.ofEntries(
                        Map.entry("orderId", KEYWORD),
                        Map.entry("customerId", KEYWORD),
                        Map.entry("customerName", TEXT),
                        Map.entry("country", KEYWORD),
                        Map.entry("customerVersion", NUMBER),
                        Map.entry("status", KEYWORD),
                        Map.entry("total", ONLY_KEPT),
                        Map.entry("currency", ONLY_KEPT),
                        Map.entry("itemCount", ONLY_KEPT_NUMBER),
                        Map.entry("descriptions", TEXT),
                        Map.entry("productIds", KEYWORD),
                        Map.entry("createdAt", TIME),
                        Map.entry("updatedAt", TIME),
                        Map.entry("version", ONLY_KEPT_NUMBER)));
    }

    static Map<String, Object> ofCustomers() {
        return index(
                Map.of(
                        "customerId", ONLY_KEPT,
                        "version", ONLY_KEPT_NUMBER,
                        "name", ONLY_KEPT,
                        "country", ONLY_KEPT,
                        "shownVersion", ONLY_KEPT_NUMBER));
    }

    /// Searches find news when the writer says so, and not before.
    private static Map<String, Object> index(Map<String, Object> properties) {
        return Map.of(
                "settings",
                Map.of(
                        "number_of_shards", 1,
                        "auto_expand_replicas", "0-1",
                        "refresh_interval", "-1"),
                "mappings",
                Map.of("dynamic", "strict", "properties", properties));
    }
}
