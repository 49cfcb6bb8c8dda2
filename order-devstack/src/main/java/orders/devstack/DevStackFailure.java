package orders.devstack;

/// The stack, or one of its processes, cannot start or go on. The message is meant for the person
/// at the terminal.
public final class DevStackFailure extends RuntimeException {

    DevStackFailure(String message) {
        super(message);
    }

    DevStackFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
