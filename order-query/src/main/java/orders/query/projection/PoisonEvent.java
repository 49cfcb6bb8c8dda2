package orders.query.projection;

/// An event that can never be applied as it is: unreadable, impossible, or behind a gap.
public final class PoisonEvent extends RuntimeException {

    /// Says which event, and why.
    public PoisonEvent(String message, Throwable cause) {
        super(message, cause);
    }

    /// Says which event, and why.
    public PoisonEvent(String message) {
        super(message);
    }
}
