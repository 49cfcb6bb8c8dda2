package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import orders.query.readmodel.search.SearchPage.Facets;
import orders.query.readmodel.search.SearchPage.Hit;
import orders.query.readmodel.search.SearchQuery.Position;

/// Answers searches for orders.
@ApplicationScoped
public class OrderSearches {

    /// What the index can hold; no order is outside.
    private static final Instant FIRST = Instant.EPOCH;

    private static final Instant LAST = Instant.parse("2262-01-01T00:00:00Z");

    private static final Map<String, Object> FACETS =
            Map.of(
                    "status", mostFrequent("status", 5),
                    "country", mostFrequent("country", 50),
                    "product", mostFrequent("productIds", 50),
                    "marker", mostFrequent(Indexes.MARKER, 1));

    private static final Map<String, Object> IS_MARKER =
            Map.of("ids", Map.of("values", List.of(Indexes.MARKER_ID)));

    private static final Map<String, Object> IS_ORDER = bool(Map.of("must_not", IS_MARKER));

    private final Elasticsearch server;

    OrderSearches(Elasticsearch server) {
        this.server = server;
    }

    /// The page that `query` asks for.
    public Uni<SearchPage> search(SearchQuery query) {
        return server.search(Indexes.ALIASES.orders(), body(query))
                .map(answer -> page(query, answer));
    }

    /// One more than the page holds, to know whether there is a next one. The marker is found with
    /// the orders, so that both come from the same moment, and is no hit: it has none of the fields
    /// by which orders are counted.
    private static Map<String, Object> body(SearchQuery query) {
        Map<String, Object> search = new HashMap<>();
        search.put("query", bool(Map.of("should", List.of(bool(conditions(query)), IS_MARKER))));
        search.put("post_filter", IS_ORDER);
        search.put("sort", List.of(Map.of("_score", "desc"), Map.of("orderId", "asc")));
        search.put("size", query.limit() + 1);
        search.put("track_total_hits", true);
        search.put("aggs", FACETS);
        query.after()
                .ifPresent(after ->
                        search.put("search_after", List.of(after.score(), after.orderId())));
        return search;
    }

    private static Map<String, Object> bool(Map<String, Object> conditions) {
        return Map.of("bool", conditions);
    }

    private static Map<String, Object> conditions(SearchQuery query) {
        List<Object> filters = new ArrayList<>();
        query.status().ifPresent(status -> filters.add(term("status", status)));
        query.customerId().ifPresent(id -> filters.add(term("customerId", id)));
        query.country().ifPresent(country -> filters.add(term("country", country)));
        Map<String, Object> times = new HashMap<>();
        query.from().ifPresent(from -> times.put("gte", known(from)));
        query.to().ifPresent(to -> times.put("lt", known(to)));
        if (!times.isEmpty()) {
            filters.add(Map.of("range", Map.of("createdAt", times)));
        }
        Map<String, Object> conditions = new HashMap<>(Map.of("filter", filters));
        query.words().ifPresent(words -> conditions.put("must", Words.anyOf(words)));
        return conditions;
    }

    private static Instant known(Instant time) {
        return time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
    }

    private static Map<String, Object> term(String field, String value) {
        return Map.of("term", Map.of(field, value));
    }

    private static Map<String, Object> mostFrequent(String field, int values) {
        return Map.of("terms", Map.of("field", field, "size", values));
    }

    private SearchPage page(SearchQuery query, JsonNode answer) {
        JsonNode found = answer.path("hits");
        Optional<Highlights> highlights = query.words().map(Highlights::new);
        List<Hit> hits =
                StreamSupport.stream(found.path("hits").spliterator(), false)
                        .limit(query.limit())
                        .map(hit -> hit(hit, highlights))
                        .toList();
        Optional<Position> next =
                found.path("hits").size() > query.limit()
                        ? Optional.of(
                                new Position(
                                        hits.getLast().score(), hits.getLast().order().orderId()))
                        : Optional.empty();
        JsonNode facets = answer.path("aggregations");
        return new SearchPage(
                hits,
                new Facets(
                        counts(facets.path("status")),
                        counts(facets.path("country")),
                        counts(facets.path("product"))),
                found.path("total").path("value").longValue(),
                next,
                counts(facets.path("marker")).keySet().stream().findFirst().orElse(""));
    }

    private Hit hit(JsonNode hit, Optional<Highlights> highlights) {
        OrderDocument order = server.read(hit.path("_source"), OrderDocument.class);
        return new Hit(
                order,
                hit.path("_score").doubleValue(),
                highlights.map(words -> words.of(order)).orElse(Map.of()));
    }

    private static Map<String, Long> counts(JsonNode facet) {
        Map<String, Long> counts = new LinkedHashMap<>();
        facet.path("buckets")
                .forEach(bucket ->
                        counts.put(
                                bucket.path("key").textValue(),
                                bucket.path("doc_count").longValue()));
        return counts;
    }
}
