package orders.query.readmodel.search;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import orders.query.readmodel.search.SearchQuery.Position;

/// A page of what was found.
///
/// @param total of all pages
/// @param next where the next page begins, when there is one
/// @param marker of the generation that the page is from; empty when its index has lost its data:
///   then it shows less than there is
public record SearchPage(
        List<Hit> hits, Facets facets, long total, Optional<Position> next, String marker) {

    /// An order that was found.
    ///
    /// @param highlight by field, what matched, as HTML: the words in `em`, all else escaped
    public record Hit(OrderDocument order, double score, Map<String, List<String>> highlight) {}

    /// How many orders of all pages there are by value, the most frequent values first.
    ///
    /// @param product by product id
    public record Facets(
            Map<String, Long> status, Map<String, Long> country, Map<String, Long> product) {}
}
