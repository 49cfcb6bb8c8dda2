package orders.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LateTimeoutLogFilterTest {

    private static final String POOL = "io.vertx.sqlclient.impl.pool.SqlConnectionPool";

    @Test
    void only_timers_of_the_pool_that_come_too_late_are_left_out() {
        assertEquals(false, isLogged("Result is already complete", POOL));
        assertEquals(true, isLogged("Result is already complete", "orders.query.Any"));
        assertEquals(true, isLogged("No connection", POOL));
        assertEquals(
                true, new LateTimeoutLogFilter().isLoggable(new LogRecord(Level.SEVERE, "failed")));
    }

    private static boolean isLogged(String message, String thrownBy) {
        var failure = new IllegalStateException(message);
        failure.setStackTrace(
                new StackTraceElement[] {new StackTraceElement(thrownBy, "execute", null, 1)});
        LogRecord record = new LogRecord(Level.SEVERE, "Unhandled exception");
        record.setThrown(failure);
        return new LateTimeoutLogFilter().isLoggable(record);
    }
}
