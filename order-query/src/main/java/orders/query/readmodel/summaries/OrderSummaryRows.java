package orders.query.readmodel.summaries;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import orders.model.Money;

/// From rows of the table to views, and from times to what the driver takes.
final class OrderSummaryRows {

    static final String COLUMNS =
            "order_id, customer_id, customer_name, status, total, currency, item_count, created_at,"
                    + " updated_at, version";

    private OrderSummaryRows() {}

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static OrderSummary view(Row row) {
        return new OrderSummary(
                row.getString("order_id"),
                row.getString("customer_id"),
                row.getString("customer_name"),
                row.getString("status"),
                Money.of(row.getBigDecimal("total")),
                row.getString("currency"),
                row.getInteger("item_count"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }
}
