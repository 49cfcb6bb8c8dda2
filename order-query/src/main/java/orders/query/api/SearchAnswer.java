package orders.query.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orders.query.readmodel.search.OrderDocument;
import orders.query.readmodel.search.SearchPage;

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
            String orderId,
            double score,
            Map<String, List<String>> highlight,
            String customerId,
            String customerName,
            String status,
            String total,
            String currency,
            int itemCount,
            Instant createdAt,
            Instant updatedAt,
            long version) {

        static Hit of(SearchPage.Hit hit) {
            OrderDocument order = hit.order();
            return new Hit(
                    order.orderId(),
                    hit.score(),
                    hit.highlight(),
                    order.customerId(),
                    order.customerName(),
                    order.status(),
                    order.total(),
                    order.currency(),
                    order.itemCount(),
                    order.createdAt(),
                    order.updatedAt(),
                    order.version());
        }
    }
}
