package orders.acceptance.check;

/// The query service did not answer a read that it has to answer.
public final class UnexpectedAnswer extends RuntimeException {

    UnexpectedAnswer(String message) {
        super(message);
    }
}
