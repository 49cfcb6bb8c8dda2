package orders.acceptance.faults;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import orders.acceptance.TopicReader.Event;
import orders.acceptance.faults.ClientLog.Answer;
import orders.acceptance.faults.ClientLog.Answer.Accepted;
import orders.acceptance.faults.ClientLog.Answer.Refused;
import orders.acceptance.faults.ClientLog.Command;
import orders.acceptance.faults.WriteDatabase.OrderState;

/// What holds between the answers that clients got, the topic and the write database when nothing
/// is under way:
///
/// 1. accepted means committed, and what is not is never published;
/// 2. every committed event is published;
/// 3. of each order the topic shows versions 1 to n by first occurrence;
/// 4. each version has one winner;
/// 5. each key has one effect and one answer.
final class Invariants {

    private static final String STALE = "412 version-conflict";
    private static final OrderState NONE = new OrderState(0, "none");

    private final List<String> violations = new ArrayList<>();
    private final Map<String, Command> commands;
    private final Map<String, OrderState> orders;

    /// By order and version, in the order of the topic.
    private final Map<String, SequencedMap<Long, Event>> firstOccurrences = new TreeMap<>();

    /// Versions by the key of the command that caused them.
    private final Map<String, Set<Long>> effects = new HashMap<>();

    private Invariants(Set<Command> sent, Map<String, OrderState> orders) {
        this.commands = sent.stream().collect(toMap(Command::key, command -> command));
        this.orders = orders;
    }

    /// What does not hold, in words.
    ///
    /// @param answers of all commands
    /// @param topic all events of the orders, of each order as the topic has them
    /// @param orders the present state of all orders
    static List<String> violations(
            Map<Command, Set<Answer>> answers, List<Event> topic, Map<String, OrderState> orders) {
        var invariants = new Invariants(answers.keySet(), orders);
        topic.forEach(invariants::checkEvent);
        invariants.checkOrders();
        answers.forEach(invariants::checkAnswers);
        return invariants.violations;
    }

    private void checkEvent(Event event) {
        Event first =
                firstOccurrences
                        .computeIfAbsent(event.key(), _ -> new LinkedHashMap<>())
                        .putIfAbsent(event.version(), event);
        if (first != null) {
            if (!first.equals(event)) {
                violations.add(
                        "order %s: two events of one version, %s and %s"
                                .formatted(event.key(), first, event));
            }
            return;
        }
        Command cause = commands.get(event.correlationId());
        if (cause == null
                || !cause.orderId().equals(event.key())
                || !cause.eventType().equals(event.type())) {
            violations.add(
                    "order %s: nobody caused %s, its key is of %s"
                            .formatted(event.key(), event, cause));
        }
        Set<Long> versions = effects.computeIfAbsent(event.correlationId(), _ -> new TreeSet<>());
        versions.add(event.version());
        if (versions.size() > 1) {
            violations.add("%s had several effects, versions %s".formatted(cause, versions));
        }
    }

    private void checkOrders() {
        Set<String> all = new TreeSet<>(orders.keySet());
        all.addAll(firstOccurrences.keySet());
        for (String orderId : all) {
            SequencedMap<Long, Event> events = published(orderId);
            List<Long> versions = List.copyOf(events.keySet());
            if (!versions.equals(LongStream.rangeClosed(1, versions.size()).boxed().toList())) {
                violations.add(
                        "order %s: the topic shows versions %s".formatted(orderId, versions));
            }
            OrderState fold = new OrderState(versions.size(), status(events.values()));
            OrderState state = orders.getOrDefault(orderId, NONE);
            if (!fold.equals(state)) {
                violations.add(
                        "order %s: %s is committed, %s published".formatted(orderId, state, fold));
            }
        }
    }

    private void checkAnswers(Command command, Set<Answer> answers) {
        if (answers.size() != 1) {
            violations.add("%s has the answers %s".formatted(command, answers));
        }
        for (Answer answer : answers) {
            switch (answer) {
                case Accepted accepted -> checkAccepted(command, accepted.version());
                case Refused refused -> checkRefused(command, refused.problem());
            }
        }
    }

    private void checkAccepted(Command command, long version) {
        Event event = published(command.orderId()).get(version);
        if (event == null) {
            violations.add(
                    "%s was accepted as version %d, which is not published"
                            .formatted(command, version));
            return;
        }
        if (!event.correlationId().equals(command.key())) {
            violations.add(
                    "%s was accepted as version %d, which is %s"
                            .formatted(command, version, event));
        }
        if (command.expectedVersion().orElse(version - 1) != version - 1) {
            violations.add("%s was accepted as version %d".formatted(command, version));
        }
    }

    /// The only reason is that somebody else won the version.
    private void checkRefused(Command command, String problem) {
        boolean isBeaten =
                command.expectedVersion().isPresent()
                        && published(command.orderId())
                                .containsKey(command.expectedVersion().getAsLong() + 1);
        if (!problem.equals(STALE) || !isBeaten) {
            violations.add("%s was refused with %s".formatted(command, problem));
        }
        if (effects.containsKey(command.key())) {
            violations.add(
                    "%s was refused with %s, but is published as version %s"
                            .formatted(command, problem, effects.get(command.key())));
        }
    }

    private SequencedMap<Long, Event> published(String orderId) {
        return firstOccurrences.getOrDefault(orderId, new LinkedHashMap<>());
    }

    private static String status(Iterable<Event> events) {
        String status = NONE.status();
        for (Event event : events) {
            status =
                    switch (event.type()) {
                        case "OrderCreated" -> "CREATED";
                        case "OrderSubmitted" -> "SUBMITTED";
                        case "OrderPaid" -> "PAID";
                        case "OrderShipped" -> "SHIPPED";
                        default -> status;
                    };
        }
        return status;
    }
}
