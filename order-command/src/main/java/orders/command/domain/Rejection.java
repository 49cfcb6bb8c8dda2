package orders.command.domain;

/// A command that the state of its aggregate forbids.
public final class Rejection extends RuntimeException {

    /// The rule that forbids it.
    public enum Rule {
        ORDER_NOT_FOUND,
        ORDER_ALREADY_EXISTS,
        ILLEGAL_TRANSITION,
        PAYMENT_AMOUNT_MISMATCH,
        TOO_MANY_ITEMS
    }

    private final Rule rule;

    /// Says to a caller which rule forbids the command and why.
    public Rejection(Rule rule, String message) {
        super(message, null, false, false);
        this.rule = rule;
    }

    /// The rule that forbids it.
    public Rule rule() {
        return rule;
    }
}
