package orders.query.offsets;

import io.vertx.pgclient.PgException;
import java.util.Optional;

/// What a failure of PostgreSQL means (Appendix A of its manual).
public final class PostgresFailures {

    private static final String MISSING_TABLE = "42P01";
    private static final String DEADLOCK = "40P01";

    private PostgresFailures() {}

    /// Whether the values themselves are refused: data exceptions, broken constraints, limits.
    public static boolean isRefusal(Throwable failure) {
        return sqlState(failure)
                .filter(state ->
                        state.startsWith("22") || state.startsWith("23") || state.startsWith("54"))
                .isPresent();
    }

    /// Whether a table is not there.
    public static boolean isMissingTable(Throwable failure) {
        return sqlState(failure).filter(MISSING_TABLE::equals).isPresent();
    }

    /// Whether the transaction was given up so that another could go on: it may be tried again.
    static boolean isDeadlock(Throwable failure) {
        return sqlState(failure).filter(DEADLOCK::equals).isPresent();
    }

    private static Optional<String> sqlState(Throwable failure) {
        return failure instanceof PgException refused
                ? Optional.ofNullable(refused.getSqlState())
                : Optional.empty();
    }
}
