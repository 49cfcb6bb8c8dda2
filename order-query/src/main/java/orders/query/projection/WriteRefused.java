package orders.query.projection;

/// A store has changed nothing, and why.
public abstract sealed class WriteRefused extends RuntimeException {

    private WriteRefused(String message) {
        super(message, null, false, false);
    }

    /// The generation is neither live nor being built any more.
    public static final class GenerationOver extends WriteRefused {
        public GenerationOver() {
            super("The generation is over.");
        }
    }

    /// The next generation is about to be switched in.
    public static final class Held extends WriteRefused {
        public Held() {
            super("The generation waits for the next one.");
        }
    }

    /// Somebody else has written the same rows since they were read.
    public static final class Outrun extends WriteRefused {
        public Outrun() {
            super("The rows have changed since they were read.");
        }
    }
}
