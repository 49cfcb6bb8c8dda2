package orders.query.consistency;

/// A read that cannot have what it wishes now.
public abstract sealed class WaitRefused extends RuntimeException {

    private WaitRefused(String message) {
        super(message, null, false, false);
    }

    /// The read model did not come so far in time.
    public static final class TimedOut extends WaitRefused {
        TimedOut() {
            super("The read model did not reach the version that was asked for in time.");
        }
    }

    /// As many reads wait already as this instance lets wait.
    public static final class TooManyWait extends WaitRefused {
        TooManyWait() {
            super("As many reads wait already as this instance lets wait.");
        }
    }
}
