package orders.query.offsets;

/// A store has changed nothing, and why.
public abstract sealed class WriteRefused extends RuntimeException {

    private WriteRefused(String message) {
        super(message, null, false, false);
    }

    /// The generation is neither live nor being built any more.
    public static final class StaleGeneration extends WriteRefused {
        public StaleGeneration() {
            super("The generation is over.");
        }
    }

    /// The next generation is about to be switched in.
    public static final class Fenced extends WriteRefused {
        public Fenced() {
            super("The generation waits for the next one.");
        }
    }

    /// Somebody else has written the same rows since they were read.
    public static final class WriteConflict extends WriteRefused {
        public WriteConflict() {
            super("The rows have changed since they were read.");
        }
    }
}
