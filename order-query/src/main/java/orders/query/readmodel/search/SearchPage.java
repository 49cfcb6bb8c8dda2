package orders.query.readmodel.search;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.query.projection.Checkpoint;
import orders.query.readmodel.search.SearchQuery.Position;

/// A page of what was found.
///
/// @param total of all pages
/// @param next where the next page begins, when there is one
/// @param shown how far the read model had come at least when the page was read
public record SearchPage(
        List<Hit> hits,
        Facets facets,
        long total,
        Optional<Position> next,
        List<Checkpoint> shown) {

    /// An order that was found.
    ///
    /// @param highlight by field, what matched, as HTML: the words in `em`, all else escaped
    public record Hit(OrderDocument order, double score, Map<String, List<String>> highlight) {}

    /// How many orders of all pages there are by value, the most frequent values first.
    ///
    /// @param product by product id
    public record Facets(
            Map<String, Long> status, Map<String, Long> country, Map<String, Long> product) {}

    /// Time of the newest event that the read model shows, if any.
    public Optional<Instant> lastUpdated() {
        return shown.stream()
                .flatMap(each -> each.lastEventAt().stream())
                .max(Comparator.naturalOrder());
    }
}
