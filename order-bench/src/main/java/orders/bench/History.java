package orders.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orders.model.CustomerId;
import orders.model.EventCodec;
import orders.model.Money;
import orders.model.OrderEvent;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderEvent.OrderPaid;
import orders.model.OrderEvent.OrderShipped;
import orders.model.OrderEvent.OrderSubmitted;
import orders.model.OrderId;
import orders.model.OrderItem;

/// Orders that nobody commanded: their events are put into the outbox of order-command as it writes
/// them, because a million commands take too long. Each order is like the others: three lines,
/// ordered now and paid, and each third shipped too.
final class History {

    /// What everybody orders.
    static final List<OrderItem> ITEMS =
            List.of(
                    item("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", 6, "2.55"),
                    item("71053", "WHITE METAL LANTERN", 6, "3.39"),
                    item("84406B", "CREAM CUPID HEARTS COAT HANGER", 8, "2.75"));

    /// Events of the longest life.
    static final int WHOLE_LIFE = 4;

    private static final int CUSTOMERS = 20;

    /// So many orders are under way together: their first events come before any of the second.
    private static final int TOGETHER = 10_000;

    private static final int PAUSE_MS = 500;

    private static final String INSERT =
            """
            insert into outbox (id, aggregatetype, aggregateid, type, payload, version, occurred_at,
                correlation_id)
            select gen_random_uuid(), 'order', 'history-' || i, ?,
                replace(replace(replace(?, '"history-0"', '"history-' || i || '"'),
                    '"history-c-0"', '"history-c-' || i % 20 || '"'),
                    '2026-01-31T12:00:00Z',
                    to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
                ?, now(), 'history-' || i
            from generate_series(?, ?) i where ? < 4 or i % 3 = 0
            """;

    private final Connection database;
    private int orders;

    /// @param database of order-command
    History(Connection database) {
        this.database = database;
    }

    static String orderId(int number) {
        return "history-" + number;
    }

    static String customerId(int number) {
        return "history-c-" + number % CUSTOMERS;
    }

    /// What happens to the first order.
    static List<OrderEvent> life() {
        Instant at = Instant.parse("2026-01-31T12:00:00Z");
        return List.of(
                new OrderCreated(new CustomerId(customerId(0)), "EUR", ITEMS, at, at),
                new OrderSubmitted(at),
                new OrderPaid("card", OrderItem.total(ITEMS), Optional.empty(), at),
                new OrderShipped("DHL", "T-1", Optional.empty(), at));
    }

    private static OrderItem item(
            String productId, String description, int quantity, String price) {
        return new OrderItem(productId, Optional.of(description), quantity, Money.of(price));
    }

    /// Adds orders until there are so many. Answers how many events that took.
    ///
    /// @param most events of each of them
    long growTo(int wanted, int most) throws SQLException {
        long events = 0;
        List<OrderEvent> life = life();
        try (PreparedStatement insert = database.prepareStatement(INSERT)) {
            for (; orders < wanted; orders = Math.min(wanted, orders + TOGETHER)) {
                for (int version = 1; version <= most; version++) {
                    OrderEvent event = life.get(version - 1);
                    insert.setString(1, EventCodec.typeOf(event));
                    insert.setString(2, EventCodec.encode(new OrderId(orderId(0)), version, event));
                    insert.setLong(3, version);
                    insert.setInt(4, orders);
                    insert.setInt(5, Math.min(wanted, orders + TOGETHER) - 1);
                    insert.setInt(6, version);
                    events += insert.executeUpdate();
                }
            }
        }
        return events;
    }

    /// Waits until all events are published.
    void awaitPublished() throws SQLException, InterruptedException {
        try (Statement statement = database.createStatement()) {
            while (isAnyLeft(statement)) {
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private static boolean isAnyLeft(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select from outbox limit 1")) {
            return rows.next();
        }
    }
}
