package orders.query.offsets;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import orders.http.SqlFailure;

/// What a failure of PostgreSQL means (Appendix A of its manual).
public final class PostgresFailures {

    private static final String MISSING_TABLE = "42P01";
    private static final String INTERNAL_ERRORS = "XX";

    private PostgresFailures() {}

    /// Whether the values themselves are refused, or make the server fail.
    public static boolean isRefusal(PgException failure) {
        return means(failure, SqlFailure.REFUSAL)
                || sqlState(failure).filter(state -> state.startsWith(INTERNAL_ERRORS)).isPresent();
    }

    /// Whether the server cannot be had, or takes no writes.
    public static boolean isOutage(PgException failure) {
        return means(failure, SqlFailure.OUTAGE);
    }

    /// Whether a table is not there.
    public static boolean isMissingTable(Throwable failure) {
        return sqlState(failure).filter(MISSING_TABLE::equals).isPresent();
    }

    /// Whether the transaction was given up so that another could go on: it may be tried again.
    static boolean isLostRace(Throwable failure) {
        return means(failure, SqlFailure.LOST_RACE);
    }

    private static boolean means(Throwable failure, SqlFailure meaning) {
        return sqlState(failure).filter(state -> SqlFailure.of(state) == meaning).isPresent();
    }

    private static Optional<String> sqlState(Throwable failure) {
        return failure instanceof PgException refused
                ? Optional.ofNullable(refused.getSqlState())
                : Optional.empty();
    }
}
