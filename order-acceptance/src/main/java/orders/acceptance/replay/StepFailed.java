package orders.acceptance.replay;

import orders.acceptance.http.Answer;
import orders.acceptance.http.NoAnswer;

/// A command of an order was refused or not answered; its later ones were not sent.
final class StepFailed extends RuntimeException {

    private final String detail;

    private StepFailed(String step, String kind, String detail) {
        super(step + ": " + kind);
        this.detail = detail;
    }

    static StepFailed refused(String step, Answer answer) {
        return new StepFailed(step, answer.kind(), answer.detail());
    }

    static StepFailed notAnswered(String step, NoAnswer away) {
        return new StepFailed(step, "no answer", away.getMessage());
    }

    static StepFailed withoutToken(String step) {
        return new StepFailed(step, "accepted without a Consistency-Token", "");
    }

    String detail() {
        return detail;
    }
}
