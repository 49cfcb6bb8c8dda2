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
import orders.query.ledger.Elasticsearch;
import orders.query.projection.Checkpoint;
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
                    "product", mostFrequent("productIds", 50));

    private final Elasticsearch server;
    private final OrderSearch readModel;

    OrderSearches(Elasticsearch server, OrderSearch readModel) {
        this.server = server;
        this.readModel = readModel;
    }

    /// The page that `query` asks for.
    public Uni<SearchPage> search(SearchQuery query) {
        // Asked first: a page may then show more than it says, never less.
        return readModel
                .live()
                .chain(live ->
                        server.search(Indexes.of(live.number()).orders(), body(query))
                                .map(answer -> page(query, answer, live.checkpoints())));
    }

    /// One more than the page holds, to know whether there is a next one.
    private static Map<String, Object> body(SearchQuery query) {
        Map<String, Object> search = new HashMap<>();
        search.put("query", Map.of("bool", conditions(query)));
        search.put("sort", List.of(Map.of("_score", "desc"), Map.of("orderId", "asc")));
        search.put("size", query.limit() + 1);
        search.put("track_total_hits", true);
        search.put("aggs", FACETS);
        query.after()
                .ifPresent(after ->
                        search.put("search_after", List.of(after.score(), after.orderId())));
        return search;
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

    private SearchPage page(SearchQuery query, JsonNode answer, List<Checkpoint> shown) {
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
                shown);
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
