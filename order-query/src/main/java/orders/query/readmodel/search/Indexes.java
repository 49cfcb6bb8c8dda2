package orders.query.readmodel.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The indexes of one generation, with explicit mappings: what they do not know is refused. In each
/// lies the marker of the generation, a document that is no order and no customer.
///
/// @param orders searched by everybody
/// @param customers those that the projection knows
record Indexes(String orders, String customers) {

    /// By these names the live generation is read.
    static final Indexes ALIASES = new Indexes("order-search", "order-search-customers");

    /// What all names of indexes match.
    static final String ALL = ALIASES.orders() + "-*";

    /// Of the release before, which kept offsets here.
    static final List<String> OBSOLETE =
            List.of("orders-projections", "orders-dead-letters", "orders-discarded-events");

    /// Id of the marker: no order and no customer can have it.
    static final String MARKER_ID = "#generation";

    /// The field of the marker.
    static final String MARKER = "marker";

    private static final Map<String, Object> KEYWORD = Map.of("type", "keyword");
    private static final Map<String, Object> ONLY_KEPT =
            Map.of("type", "keyword", "index", false, "doc_values", false);
    private static final Map<String, Object> ONLY_COUNTED =
            Map.of("type", "keyword", "index", false);

    /// A word counts the same whatever other orders there are: so the score of an order is as
    /// stable as the order, and pages by score neither repeat nor skip.
    private static final Map<String, Object> TEXT = Map.of("type", "text", "similarity", "boolean");

    private static final Map<String, Object> NUMBER = Map.of("type", "long");
    private static final Map<String, Object> ONLY_KEPT_NUMBER =
            Map.of("type", "long", "index", false, "doc_values", false);
    private static final Map<String, Object> TIME = Map.of("type", "date_nanos");

    /// Searches find what was written when the writer says so, and not before.
    static final Map<String, Object> SETTINGS =
            Map.of(
                    "number_of_shards", 1,
                    "auto_expand_replicas", "0-1",
                    "refresh_interval", "-1");

    static final Map<String, Object> ORDER_MAPPINGS =
            mappings(
                    Map.ofEntries(
                            Map.entry("orderId", KEYWORD),
                            Map.entry("customerId", KEYWORD),
                            Map.entry("customerName", TEXT),
                            Map.entry("foldedName", foldedOf("customerName")),
                            Map.entry("country", KEYWORD),
                            Map.entry("customerVersion", NUMBER),
                            Map.entry("status", KEYWORD),
                            Map.entry("total", ONLY_KEPT),
                            Map.entry("currency", ONLY_KEPT),
                            Map.entry("itemCount", ONLY_KEPT_NUMBER),
                            Map.entry("descriptions", TEXT),
                            Map.entry("foldedDescriptions", foldedOf("descriptions")),
                            Map.entry("productIds", KEYWORD),
                            Map.entry("createdAt", TIME),
                            Map.entry("updatedAt", TIME),
                            Map.entry("version", ONLY_KEPT_NUMBER)));

    static final Map<String, Object> CUSTOMER_MAPPINGS =
            mappings(
                    Map.of(
                            "customerId", ONLY_KEPT,
                            "version", ONLY_KEPT_NUMBER,
                            "name", ONLY_KEPT,
                            "country", ONLY_KEPT,
                            "shownVersion", ONLY_KEPT_NUMBER));

    static Indexes of(long generation) {
        return new Indexes(
                ALIASES.orders + "-g" + generation, ALIASES.customers + "-g" + generation);
    }

    List<String> both() {
        return List.of(orders, customers);
    }

    /// Searched as the field is that has the same text for people.
    private static Map<String, Object> foldedOf(String field) {
        Map<String, Object> folded = new LinkedHashMap<>(ONLY_KEPT);
        folded.put("copy_to", field);
        return folded;
    }

    private static Map<String, Object> mappings(Map<String, Object> fields) {
        Map<String, Object> properties = new LinkedHashMap<>(fields);
        properties.put(MARKER, ONLY_COUNTED);
        return Map.of("dynamic", "strict", "properties", properties);
    }
}
