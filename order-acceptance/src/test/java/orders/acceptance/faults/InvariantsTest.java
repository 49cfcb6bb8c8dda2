package orders.acceptance.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import orders.acceptance.TopicReader.Event;
import orders.acceptance.faults.ClientLog.Answer;
import orders.acceptance.faults.ClientLog.Answer.Accepted;
import orders.acceptance.faults.ClientLog.Answer.Refused;
import orders.acceptance.faults.ClientLog.Command;
import orders.acceptance.faults.WriteDatabase.OrderState;
import org.junit.jupiter.api.Test;

/// A checker that never objects would prove nothing: it starts from a whole order, of which each
/// test breaks one thing.
class InvariantsTest {

    private static final Command CREATE = command("create", "OrderCreated", OptionalLong.empty());
    private static final Command WINNER = command("winner", "OrderItemAdded", OptionalLong.of(1));
    private static final Command LOSER = command("loser", "OrderItemAdded", OptionalLong.of(1));
    private static final Command SUBMIT = command("submit", "OrderSubmitted", OptionalLong.empty());

    private static final Event CREATED = event(1, CREATE);
    private static final Event ADDED = event(2, WINNER);
    private static final Event SUBMITTED = event(3, SUBMIT);

    private static final Answer BEATEN = new Refused("412 version-conflict");

    private final Map<Command, Set<Answer>> answers = new LinkedHashMap<>();
    private final List<Event> topic = new ArrayList<>(List.of(CREATED, ADDED, SUBMITTED));
    private OrderState state = new OrderState(3, "SUBMITTED");

    InvariantsTest() {
        answers.put(CREATE, Set.of(accepted(1)));
        answers.put(WINNER, Set.of(accepted(2)));
        answers.put(LOSER, Set.of(BEATEN));
        answers.put(SUBMIT, Set.of(accepted(3)));
    }

    @Test
    void a_whole_order_is_in_order_also_with_repeated_events() {
        topic.addAll(1, List.of(CREATED, ADDED, CREATED, ADDED));

        assertViolations();
    }

    @Test
    void a_lost_event_is_missed_by_its_client_and_by_the_state() {
        topic.remove(SUBMITTED);

        assertViolations(
                "order o: OrderState[version=3, status=SUBMITTED] is committed, OrderState[version=2, status=CREATED] published",
                SUBMIT + " was accepted as version 3, which is not published");
    }

    @Test
    void an_event_that_was_rolled_back_is_not_published() {
        state = new OrderState(2, "CREATED");

        assertViolations(
                "order o: OrderState[version=2, status=CREATED] is committed, OrderState[version=3, status=SUBMITTED] published");
    }

    @Test
    void an_event_and_its_state_belong_together() {
        state = new OrderState(3, "CREATED");

        assertViolations(
                "order o: OrderState[version=3, status=CREATED] is committed, OrderState[version=3, status=SUBMITTED] published");
    }

    @Test
    void versions_come_in_their_order() {
        topic.remove(ADDED);
        topic.add(ADDED);

        assertViolations("order o: the topic shows versions [1, 3, 2]");
    }

    @Test
    void a_repeated_event_is_the_same_event() {
        Event other = new Event("o", "OrderCreated", 1, "create", "{}, but changed");
        topic.add(other);

        assertViolations("order o: two events of one version, " + CREATED + " and " + other);
    }

    @Test
    void nothing_is_invented() {
        Event invented = new Event("o", "OrderPaid", 4, "nobody", "{}");
        topic.add(invented);
        state = new OrderState(4, "PAID");

        assertViolations("order o: nobody caused " + invented + ", its key is of null");
    }

    @Test
    void a_version_has_one_winner() {
        answers.put(LOSER, Set.of(accepted(2)));

        assertViolations(LOSER + " was accepted as version 2, which is " + ADDED);
    }

    @Test
    void an_expected_version_is_the_one_before() {
        answers.put(LOSER, Set.of(accepted(4)));
        topic.add(event(4, LOSER));
        state = new OrderState(4, "SUBMITTED");

        assertViolations(LOSER + " was accepted as version 4");
    }

    @Test
    void a_key_has_one_effect() {
        topic.add(event(4, WINNER));
        state = new OrderState(4, "SUBMITTED");

        assertViolations(WINNER + " had several effects, versions [2, 4]");
    }

    @Test
    void a_key_has_one_answer() {
        answers.put(SUBMIT, Set.of());
        answers.put(LOSER, Set.of(BEATEN, new Refused("409 illegal-transition")));

        List<String> found = violations();

        assertEquals(3, found.size(), found.toString());
        assertEquals(SUBMIT + " has the answers []", found.getLast());
    }

    @Test
    void what_is_refused_has_no_effect() {
        answers.put(SUBMIT, Set.of(new Refused("409 illegal-transition")));

        assertViolations(
                SUBMIT + " was refused with 409 illegal-transition",
                SUBMIT
                        + " was refused with 409 illegal-transition, but is published as version [3]");
    }

    @Test
    void who_is_refused_was_beaten() {
        topic.removeAll(List.of(ADDED, SUBMITTED));
        answers.keySet().removeAll(List.of(WINNER, SUBMIT));
        state = new OrderState(1, "CREATED");

        assertViolations(LOSER + " was refused with 412 version-conflict");
    }

    private List<String> violations() {
        return Invariants.violations(answers, topic, Map.of("o", state));
    }

    private void assertViolations(String... expected) {
        assertEquals(List.of(expected), violations());
    }

    private static Command command(String key, String eventType, OptionalLong expectedVersion) {
        return new Command(key, "o", eventType, expectedVersion);
    }

    private static Event event(long version, Command cause) {
        return new Event("o", cause.eventType(), version, cause.key(), "{}");
    }

    private static Answer accepted(long version) {
        return new Accepted(version, "{}");
    }
}
