package orders.query.readmodel.summaries;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orders.query.projection.Checkpoint;
import orders.query.readmodel.summaries.ListQuery.Position;

/// Answers lists of orders by keyset: a page costs the same wherever it is.
@ApplicationScoped
public class OrderLists {

    /// What lies outside is as far away as its end; no order is there.
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private final Pool pool;
    private final OrderSummaries summaries;

    OrderLists(Pool pool, OrderSummaries summaries) {
        this.pool = pool;
        this.summaries = summaries;
    }

    /// The page that `query` asks for.
    public Uni<OrderPage> list(ListQuery query) {
        // Asked first: a page may then show more than it says, never less.
        return summaries
                .ledger()
                .checkpoints()
                .chain(shown -> select(query).map(found -> page(query, found, shown)));
    }

    /// One more than the page holds, to know whether there is a next one.
    private Uni<List<OrderSummary>> select(ListQuery query) {
        ListedBy sort = query.sort();
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        query.customerId().ifPresent(id -> add(conditions, values, "customer_id = $%d", id));
        query.status().ifPresent(status -> add(conditions, values, "status = $%d", status));
        query.from()
                .map(OrderLists::known)
                .ifPresent(from -> add(conditions, values, "created_at >= $%d", from));
        query.to()
                .map(OrderLists::known)
                .ifPresent(to -> add(conditions, values, "created_at < $%d", to));
        query.after()
                .ifPresent(after -> {
                    values.add(known(after.key()));
                    values.add(after.orderId());
                    conditions.add(
                            "(%s, order_id) %s ($%d, $%d)"
                                    .formatted(
                                            sort.column(),
                                            sort.comparison(),
                                            values.size() - 1,
                                            values.size()));
                });
        values.add(query.limit() + 1);
        String sql =
                "select %s from order_summaries %s order by %s %s, order_id %s limit $%d"
                        .formatted(
                                OrderSummaryRows.COLUMNS,
                                conditions.isEmpty()
                                        ? ""
                                        : "where " + String.join(" and ", conditions),
                                sort.column(),
                                sort.direction(),
                                sort.direction(),
                                values.size());
        return pool.preparedQuery(sql).execute(Tuple.from(values)).map(OrderSummaryRows::views);
    }

    /// A bound as exact as what is stored: the first microsecond that is not before it.
    private static OffsetDateTime known(Instant time) {
        if (time.isBefore(FIRST)) {
            return OrderSummaryRows.time(FIRST);
        }
        if (time.isAfter(LAST)) {
            return OrderSummaryRows.time(LAST);
        }
        Instant micros = time.truncatedTo(ChronoUnit.MICROS);
        return OrderSummaryRows.time(
                micros.equals(time) ? time : micros.plus(1, ChronoUnit.MICROS));
    }

    private static void add(
            List<String> conditions, List<Object> values, String condition, Object value) {
        values.add(value);
        conditions.add(condition.formatted(values.size()));
    }

    private static OrderPage page(
            ListQuery query, List<OrderSummary> found, List<Checkpoint> shown) {
        if (found.size() <= query.limit()) {
            return new OrderPage(found, Optional.empty(), shown);
        }
        List<OrderSummary> items = found.subList(0, query.limit());
        OrderSummary last = items.getLast();
        return new OrderPage(
                items, Optional.of(new Position(query.sort().keyOf(last), last.orderId())), shown);
    }
}
