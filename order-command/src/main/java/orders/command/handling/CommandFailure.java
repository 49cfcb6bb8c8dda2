package orders.command.handling;

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

    /// More commands are in flight than this instance takes.
    public static final class Overloaded extends CommandFailure {
        Overloaded() {
            super("More commands are in flight than this instance takes.", null);
        }
    }

    /// The write database does not answer.
    public static final class StoreUnavailable extends CommandFailure {
        StoreUnavailable(Throwable cause) {
            super("The write database does not answer.", cause);
        }
    }
}
