package orders.query.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orders.model.Money;
import orders.query.readmodel.search.OrderDocument;
import orders.query.readmodel.search.SearchPage;
import orders.query.readmodel.summaries.OrderSummary;

/// A page of found orders, on the wire.
///
/// @param total of all pages
/// @param nextCursor missing on the last page
/// @param lastUpdated time of the newest event that the read model shows, `null` when there is none
/// @param stale whether the service knows of an event that this page does not show
public record SearchAnswer(
        List<Hit> hits,
        SearchPage.Facets facets,
        long total,
        @JsonInclude(JsonInclude.Include.NON_NULL) String nextCursor,
        Instant lastUpdated,
        boolean stale) {

    /// An order that was found.
    ///
    /// @param highlight by field, what matched, as HTML: the words in `em`, all else escaped
    public record Hit(
            @JsonUnwrapped OrderSummary summary,
            double score,
            Map<String, List<String>> highlight) {

        static Hit of(SearchPage.Hit hit) {
            OrderDocument order = hit.order();
            return new Hit(
                    new OrderSummary(
                            order.orderId(),
                            order.customerId(),
                            order.customerName(),
                            order.status(),
                            Money.of(order.total()),
                            order.currency(),
                            order.itemCount(),
                            order.createdAt(),
                            order.updatedAt(),
                            order.version()),
                    hit.score(),
                    hit.highlight());
        }
    }
}
