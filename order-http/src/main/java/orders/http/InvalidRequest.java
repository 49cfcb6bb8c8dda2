package orders.http;

import java.util.List;

/// A request whose form is wrong. It was not handed on.
public final class InvalidRequest extends RuntimeException {

    private final List<Violation> violations;

    /// For a request that cannot be read at all.
    public InvalidRequest(String message) {
        this(message, List.of());
    }

    /// For a request that can be read, with all that is wrong with it.
    public InvalidRequest(List<Violation> violations) {
        this("The request breaks the rules that are listed.", violations);
    }

    private InvalidRequest(String message, List<Violation> violations) {
        super(message, null, false, false);
        this.violations = List.copyOf(violations);
    }

    /// What is wrong with it; empty when it cannot be read at all.
    public List<Violation> violations() {
        return violations;
    }
}
