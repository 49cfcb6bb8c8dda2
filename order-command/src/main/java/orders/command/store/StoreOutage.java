package orders.command.store;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/// Tells an outage of the database from every other failure.
public final class StoreOutage {

    private StoreOutage() {}

    /// Whether `failure` comes from a connection that cannot be had or was lost, or from a server
    /// that starts, stops or is full.
    public static boolean isOne(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // First, because it is a VertxException too: what the server refuses is no outage.
            if (cause instanceof PgException refused) {
                return isOutage(refused.getSqlState());
            }
            if (cause instanceof IOException
                    || cause instanceof VertxException
                    || cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    /// SQL states 08 (connection), 53 (no resources), 57P0x (operator intervention); PostgreSQL,
    /// Appendix A.
    private static boolean isOutage(String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("08")
                        || sqlState.startsWith("53")
                        || sqlState.startsWith("57P0"));
    }
}
