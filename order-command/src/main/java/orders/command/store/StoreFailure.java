package orders.command.store;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import orders.http.SqlFailure;
import org.hibernate.exception.ConstraintViolationException;

/// What a failure of the database means. The codes are PostgreSQL's (Appendix A of its manual).
public final class StoreFailure {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private StoreFailure() {}

    /// Whether `failure` comes from a connection that cannot be had or was lost, or from a server
    /// that starts, stops or is full. What the server refuses is no outage.
    public static boolean isOutage(Throwable failure) {
        return sqlState(failure)
                .map(state -> SqlFailure.of(state) == SqlFailure.OUTAGE)
                .orElseGet(() -> causes(failure).anyMatch(StoreFailure::isLostConnection));
    }

    /// Whether it was rolled back because somebody else changed or held the same.
    public static boolean isLostRace(Throwable failure) {
        return sqlState(failure)
                .filter(state -> SqlFailure.of(state) == SqlFailure.LOST_RACE)
                .isPresent();
    }

    /// Whether a row with the same key is there already.
    public static boolean isUniqueViolation(Throwable failure) {
        return sqlState(failure).filter(UNIQUE_VIOLATION::equals).isPresent();
    }

    /// Whether somebody else's lock was not released in time.
    public static boolean isLockTimeout(Throwable failure) {
        return sqlState(failure).filter(LOCK_NOT_AVAILABLE::equals).isPresent();
    }

    /// Whether it is this constraint that `failure` violates.
    public static boolean violates(String constraint, Throwable failure) {
        return failure instanceof ConstraintViolationException violation
                && constraint.equals(violation.getConstraintName());
    }

    /// What the server says, when it was the server: by the reactive client, or in the words that
    /// Hibernate makes of it.
    private static Optional<String> sqlState(Throwable failure) {
        return causes(failure)
                .map(cause ->
                        switch (cause) {
                            case PgException refused -> refused.getSqlState();
                            case SQLException refused -> refused.getSQLState();
                            default -> null;
                        })
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static boolean isLostConnection(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof VertxException
                || cause instanceof TimeoutException;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
