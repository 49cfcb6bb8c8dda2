package orders.acceptance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import orders.acceptance.faults.ReadLoad.Answer;
import orders.acceptance.faults.ReadLoad.Wish;
import org.junit.jupiter.api.Test;

/// Readers that never object would prove nothing.
class ReadLoadTest {

    private static final Wish NONE = new Wish(0, false);
    private static final Wish STRICT = new Wish(3, false);
    private static final Wish LENIENT = new Wish(3, true);

    @Test
    void a_read_does_not_go_back() {
        assertViolation("went back from version 2", 2, NONE, new Answer(200, 1, true));
        assertViolation("went back from version 2", 2, LENIENT, new Answer(404, 0, false));
        assertNone(2, NONE, new Answer(200, 2, false));
    }

    @Test
    void a_token_is_served_or_refused() {
        assertViolation("is older than its token", 0, STRICT, new Answer(200, 2, true));
        assertViolation("is older than its token", 0, STRICT, new Answer(404, 0, false));
        assertNone(0, STRICT, new Answer(200, 3, true));
        assertNone(2, STRICT, new Answer(503, 0, false));
    }

    @Test
    void an_older_answer_says_that_it_is() {
        assertViolation("is older than its token", 0, LENIENT, new Answer(200, 2, false));
        assertNone(0, LENIENT, new Answer(200, 2, true));
        assertNone(0, LENIENT, new Answer(404, 0, false));
    }

    @Test
    void nothing_else_is_an_answer() {
        assertViolation("is no answer", 0, NONE, new Answer(500, 0, false));
    }

    private static void assertViolation(String why, long before, Wish wish, Answer answer) {
        assertEquals(Optional.of(why), ReadLoad.violation(before, wish, answer));
    }

    private static void assertNone(long before, Wish wish, Answer answer) {
        assertEquals(Optional.empty(), ReadLoad.violation(before, wish, answer));
    }
}
