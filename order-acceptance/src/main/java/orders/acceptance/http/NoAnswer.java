package orders.acceptance.http;

/// A service could not be reached for as long as the caller was willing to wait.
public final class NoAnswer extends RuntimeException {

    NoAnswer(String message, Throwable cause) {
        super(message, cause);
    }
}
