package orders.query;

import io.quarkus.logging.LoggingFilter;
import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/// Leaves out of the log that a timer of the database pool came too late: while PostgreSQL is down,
/// each statement that has failed leaves one behind, and each says `Result is already complete` as
/// an error of its own (vertx-sql-client, issue 1706). The failure itself was answered and logged.
@LoggingFilter(name = "late-timeouts")
public final class LateTimeoutLogFilter implements Filter {

    private static final String POOL = "io.vertx.sqlclient.impl.pool.SqlConnectionPool";

    @Override
    public boolean isLoggable(LogRecord record) {
        return !(record.getThrown() instanceof IllegalStateException late
                && "Result is already complete".equals(late.getMessage())
                && Arrays.stream(late.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(POOL)));
    }
}
