package orders.query.readmodel.summaries;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Selects a page by keyset, and one order more, to know whether there is a next one.
record ListSelect(String sql, List<Object> values) {

    /// What lies outside is as far away as its end; no order is there.
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    static ListSelect of(ListQuery query) {
        ListedBy sort = query.sort();
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        query.customerId().ifPresent(id -> add(conditions, values, "customer_id = $%d", id));
        query.status().ifPresent(status -> add(conditions, values, "status = $%d", status));
        query.from()
                .map(ListSelect::known)
                .ifPresent(from -> add(conditions, values, "created_at >= $%d", from));
        query.to()
                .map(ListSelect::known)
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
        return new ListSelect(sql, values);
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
}
