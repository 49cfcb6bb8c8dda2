package orders.acceptance.replay;

/// A command of an order was refused or not answered; its later ones were not sent.
final class StepFailed extends RuntimeException {

    StepFailed(Step step, String reason) {
        super(step.inWords() + ": " + reason);
    }
}
