package orders.acceptance.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The database of order-command, from behind.
final class WriteDatabase {

    private static final String ORDERS =
            "select order_id, version, status from orders where starts_with(order_id, ?)";

    private static final String BACKLOG = "select count(*) from outbox";
    private static final String BACKLOG_END = "select coalesce(max(position), 0) from outbox";
    private static final String BACKLOG_UP_TO = "select count(*) from outbox where position <= ?";

    /// Only sessions of relays bear an instance's name.
    private static final String LEADER =
            """
            select pid, application_name from pg_stat_activity
            where starts_with(application_name, ?)
              and pid in (select pid from pg_locks where locktype = 'advisory' and granted)
            """;

    private static final String TERMINATE = "select pg_terminate_backend(?)::int";

    private static final String TAKE_SNAPSHOT =
            "select pg_current_xact_id(), (select count(*) from outbox)";
    private static final String LOCK_CLAIMS = "lock table held_aggregates in access exclusive mode";
    private static final String LOCK = "select 1 from orders where order_id = ? for update";

    private final Map<String, String> environment;

    /// The present state of an order.
    record OrderState(long version, String status) {}

    /// The session that holds the leadership of the relay.
    ///
    /// @param instance as it calls itself
    record Leader(int pid, String instance) {}

    /// A session of another client that is idle in a transaction until it is closed.
    interface IdleTransaction extends AutoCloseable {
        @Override
        void close();
    }

    /// @param environment what order-command is told of its database
    WriteDatabase(Map<String, String> environment) {
        this.environment = environment;
    }

    /// All orders whose ids have this prefix.
    Map<String, OrderState> orders(String prefix) {
        try (Connection connection = connect();
                PreparedStatement query = prepare(connection, ORDERS, prefix);
                ResultSet rows = query.executeQuery()) {
            Map<String, OrderState> orders = new HashMap<>();
            while (rows.next()) {
                orders.put(rows.getString(1), new OrderState(rows.getLong(2), rows.getString(3)));
            }
            return orders;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// How many events wait in the outbox.
    long backlog() {
        return number(BACKLOG);
    }

    /// The place of the newest event that waits now.
    long backlogEnd() {
        return number(BACKLOG_END);
    }

    /// How many of the events up to that place still wait.
    long backlogUpTo(long end) {
        return number(BACKLOG_UP_TO, end);
    }

    /// Who leads now among instances whose names have this prefix.
    Optional<Leader> leader(String prefix) {
        try (Connection connection = connect();
                PreparedStatement query = prepare(connection, LEADER, prefix);
                ResultSet rows = query.executeQuery()) {
            List<Leader> leaders = new ArrayList<>();
            while (rows.next()) {
                leaders.add(new Leader(rows.getInt(1), rows.getString(2)));
            }
            if (leaders.size() > 1) {
                throw new AssertionError("two lead: " + leaders);
            }
            return leaders.stream().findFirst();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// Cuts a session.
    void terminate(int pid) {
        number(TERMINATE, pid);
    }

    /// With a transaction id and a snapshot: nothing that is deleted meanwhile can be vacuumed.
    IdleTransaction holdSnapshot() {
        return idle(TAKE_SNAPSHOT);
    }

    /// With a lock that the relay's claims wait for; commands go on.
    IdleTransaction lockClaims() {
        return idle(LOCK_CLAIMS);
    }

    /// With the lock of one order's row.
    IdleTransaction lock(String orderId) {
        return idle(LOCK, orderId);
    }

    private IdleTransaction idle(String sql, Object... parameters) {
        try {
            Connection connection = connect();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            prepare(connection, sql, parameters).execute();
            return () -> close(connection);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private long number(String sql, Object... parameters) {
        try (Connection connection = connect();
                PreparedStatement query = prepare(connection, sql, parameters);
                ResultSet rows = query.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + environment.get("ORDERS_DATABASE_URL"),
                environment.get("ORDERS_DATABASE_USERNAME"),
                environment.get("ORDERS_DATABASE_PASSWORD"));
    }

    private static PreparedStatement prepare(
            Connection connection, String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
