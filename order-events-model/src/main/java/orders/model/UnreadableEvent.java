package orders.model;

/// A record that this version of the code cannot understand: broken, of an unknown type or of a
/// newer shape.
public final class UnreadableEvent extends RuntimeException {

    public UnreadableEvent(String message) {
        super(message);
    }

    public UnreadableEvent(String message, Throwable cause) {
        super(message, cause);
    }
}
