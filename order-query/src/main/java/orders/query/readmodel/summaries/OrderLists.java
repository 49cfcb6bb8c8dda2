package orders.query.readmodel.summaries;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
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
        return select(query).map(found -> page(query, found));
    }

    private Uni<List<OrderSummary>> select(ListQuery query) {
        ListSelect select = ListSelect.of(query);
        return pool.preparedQuery(select.sql())
                .execute(Tuple.from(select.values()))
                .map(OrderSummaryRows::views);
    }

    private static OrderPage page(ListQuery query, List<OrderSummary> found) {
        if (found.size() <= query.limit()) {
            return new OrderPage(found, Optional.empty());
        }
        List<OrderSummary> items = found.subList(0, query.limit());
        OrderSummary last = items.getLast();
        return new OrderPage(
                items, Optional.of(new Position(query.sort().keyOf(last), last.orderId())));
    }
}
