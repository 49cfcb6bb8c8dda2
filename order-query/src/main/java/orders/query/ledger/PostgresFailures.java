package orders.query.ledger;

import io.vertx.pgclient.PgException;
import java.util.Optional;

/// What a failure of PostgreSQL means (Appendix A of its manual).
public final class PostgresFailures {

    private static final String MISSING_TABLE = "42P01";

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

    private static Optional<String> sqlState(Throwable failure) {
        return failure instanceof PgException refused
                ? Optional.ofNullable(refused.getSqlState())
                : Optional.empty();
    }
}
