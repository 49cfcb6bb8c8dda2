package orders.query.readmodel.summaries;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import orders.query.readmodel.MarkedRows;
import orders.query.readmodel.summaries.ListQuery.Position;

/// Answers lists of orders by keyset: a page costs the same wherever it is.
@ApplicationScoped
public class OrderLists {

    private final Pool pool;

    OrderLists(Pool pool) {
        this.pool = pool;
    }

    /// The page that `query` asks for.
    public Uni<OrderPage> list(ListQuery query) {
        ListSelect select = ListSelect.of(query);
        return MarkedRows.select(
                        pool, OrderSummaries.NAME, select.sql(), Tuple.from(select.values()))
                .map(rows -> page(query, rows));
    }

    private static OrderPage page(ListQuery query, MarkedRows rows) {
        List<OrderSummary> found = rows.rows().stream().map(OrderSummaryRows::view).toList();
        if (found.size() <= query.limit()) {
            return new OrderPage(found, Optional.empty(), rows.marker());
        }
        List<OrderSummary> items = found.subList(0, query.limit());
        OrderSummary last = items.getLast();
        return new OrderPage(
                items,
                Optional.of(new Position(query.sort().keyOf(last), last.orderId())),
                rows.marker());
    }
}
