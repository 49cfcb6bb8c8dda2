package orders.command.handling;

import java.util.concurrent.TimeoutException;
import orders.command.domain.Rejection;

/// Every way in which a well-formed command can fail. Nothing has changed then.
public abstract sealed class CommandFailure extends RuntimeException {

    private CommandFailure(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    /// The state forbids it.
    public static final class Rejected extends CommandFailure {

        private final Rejection.Rule rule;

        Rejected(Rejection rejection) {
            super(rejection.getMessage(), rejection);
            this.rule = rejection.rule();
        }

        /// The rule that forbids it.
        public Rejection.Rule rule() {
            return rule;
        }
    }

    /// The order is at another version than the caller expects.
    public static final class VersionConflict extends CommandFailure {
        VersionConflict(long version) {
            super("The order is at version " + version + ", which If-Match does not name.", null);
        }
    }

    /// Others were faster, several times in a row.
    public static final class ConcurrentUpdate extends CommandFailure {
        ConcurrentUpdate(Throwable cause) {
            super(
                    "Others changed it at the same time; nothing was changed by this request.",
                    cause);
        }
    }

    /// There is no room for one more.
    public static final class Overloaded extends CommandFailure {
        Overloaded(String reason) {
            super(reason, null);
        }
    }

    /// The idempotency key was used for another request.
    public static final class KeyReused extends CommandFailure {
        KeyReused() {
            super("This Idempotency-Key was used for another request.", null);
        }
    }

    /// The idempotency key is remembered already.
    public static final class KeyTaken extends CommandFailure {
        KeyTaken(Throwable cause) {
            super("This Idempotency-Key is remembered already.", cause);
        }
    }

    /// A request with the same idempotency key has not ended.
    public static final class RequestInFlight extends CommandFailure {
        RequestInFlight() {
            super("A request with this Idempotency-Key is being worked on.", null);
        }
    }

    /// The write database does not answer.
    public static final class StoreUnavailable extends CommandFailure {
        /// When `cause` is that the database does not answer.
        public StoreUnavailable(Throwable cause) {
            super("The write database does not answer.", cause);
        }

        StoreUnavailable() {
            this(new TimeoutException("no answer in time"));
        }
    }
}
