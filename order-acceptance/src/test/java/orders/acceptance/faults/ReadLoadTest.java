package orders.acceptance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import orders.acceptance.faults.ReadLoad.Answer;
import orders.acceptance.faults.ReadLoad.RequiredVersion;
import orders.acceptance.faults.ReadLoad.ShownVersions;
import org.junit.jupiter.api.Test;

/// Readers that never object would prove nothing.
class ReadLoadTest {

    private static final ShownVersions NOTHING = new ShownVersions(0, 0);
    private static final ShownVersions SECOND = new ShownVersions(2, 2);
    private static final RequiredVersion NONE = new RequiredVersion(NOTHING, false);
    private static final RequiredVersion STRICT =
            new RequiredVersion(new ShownVersions(3, 0), false);
    private static final RequiredVersion LENIENT =
            new RequiredVersion(new ShownVersions(3, 0), true);
    private static final RequiredVersion STRICT_OF_CUSTOMER =
            new RequiredVersion(new ShownVersions(0, 3), false);
    private static final RequiredVersion LENIENT_OF_CUSTOMER =
            new RequiredVersion(new ShownVersions(0, 3), true);

    @Test
    void a_read_does_not_go_back() {
        assertViolation("went back from " + SECOND, SECOND, NONE, answer(200, 1, 2, true));
        assertViolation("went back from " + SECOND, SECOND, NONE, answer(200, 2, 1, true));
        assertViolation("went back from " + SECOND, SECOND, LENIENT, answer(404, 0, 0, false));
        assertNone(SECOND, NONE, answer(200, 2, 2, false));
    }

    @Test
    void a_read_of_a_store_that_has_lost_its_data_goes_back_only_when_it_says_so() {
        assertEquals(
                Optional.of("went back from " + SECOND),
                ReadLoad.violation(SECOND, NONE, answer(200, 1, 2, false), true));
        assertEquals(
                Optional.empty(), ReadLoad.violation(SECOND, NONE, answer(200, 1, 2, true), true));
        assertEquals(
                Optional.empty(), ReadLoad.violation(SECOND, NONE, answer(404, 0, 0, false), true));
    }

    @Test
    void a_token_is_served_or_refused() {
        assertViolation("is older than its token", NOTHING, STRICT, answer(200, 2, 0, true));
        assertViolation("is older than its token", NOTHING, STRICT, answer(404, 0, 0, false));
        assertNone(NOTHING, STRICT, answer(200, 3, 0, true));
        assertNone(SECOND, STRICT, answer(503, 0, 0, false));
    }

    @Test
    void a_token_of_a_customer_is_served_or_refused() {
        assertViolation(
                "is older than its token", NOTHING, STRICT_OF_CUSTOMER, answer(200, 1, 2, true));
        assertNone(NOTHING, STRICT_OF_CUSTOMER, answer(200, 1, 3, false));
        assertNone(NOTHING, STRICT_OF_CUSTOMER, answer(404, 0, 0, false));
    }

    @Test
    void an_older_answer_says_that_it_is() {
        assertViolation("is older than its token", NOTHING, LENIENT, answer(200, 2, 0, false));
        assertViolation(
                "is older than its token", NOTHING, LENIENT_OF_CUSTOMER, answer(200, 1, 2, false));
        assertNone(NOTHING, LENIENT, answer(200, 2, 0, true));
        assertNone(NOTHING, LENIENT_OF_CUSTOMER, answer(200, 1, 2, true));
        assertNone(NOTHING, LENIENT, answer(404, 0, 0, false));
    }

    @Test
    void nothing_else_is_an_answer() {
        assertViolation("is no answer", NOTHING, NONE, answer(500, 0, 0, false));
    }

    private static Answer answer(int status, long version, long customerVersion, boolean isStale) {
        return new Answer(status, new ShownVersions(version, customerVersion), isStale);
    }

    private static void assertViolation(
            String why, ShownVersions before, RequiredVersion wish, Answer answer) {
        assertEquals(Optional.of(why), ReadLoad.violation(before, wish, answer, false));
    }

    private static void assertNone(ShownVersions before, RequiredVersion wish, Answer answer) {
        assertEquals(Optional.empty(), ReadLoad.violation(before, wish, answer, false));
    }
}
