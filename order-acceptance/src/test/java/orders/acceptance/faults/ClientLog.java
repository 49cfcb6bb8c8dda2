package orders.acceptance.faults;

import static java.util.stream.Collectors.toMap;

import java.net.URI;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What all clients of one load know: each command that was sent, and what it was answered.
final class ClientLog {

    /// A command. All its tries carry the same key, as `Idempotency-Key` and as `Correlation-Id`;
    /// no other command carries it.
    ///
    /// @param eventType of its effect
    /// @param expectedVersion sent as `If-Match`
    record Command(String key, String orderId, String eventType, OptionalLong expectedVersion) {}

    /// An answer that says what became of a command.
    sealed interface Answer {

        /// It is done.
        ///
        /// @param body as it came
        record Accepted(long version, String body) implements Answer {}

        /// Anything that is not worth another try.
        ///
        /// @param problem like `412 version-conflict`
        record Refused(String problem) implements Answer {}
    }

    private final Map<Command, Set<Answer>> answers = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> repeats = new ConcurrentHashMap<>();
    private final Map<URI, AtomicInteger> acceptedBy = new ConcurrentHashMap<>();
    private final AtomicInteger accepted = new AtomicInteger();

    void sent(Command command) {
        answers.computeIfAbsent(command, _ -> ConcurrentHashMap.newKeySet());
    }

    /// A try that is repeated, because nothing came back or what came back asked for it.
    void repeated(String reason) {
        repeats.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    void answered(Command command, Answer answer, URI by) {
        answers.get(command).add(answer);
        if (answer instanceof Answer.Accepted) {
            accepted.incrementAndGet();
            acceptedBy.computeIfAbsent(by, _ -> new AtomicInteger()).incrementAndGet();
        }
    }

    /// Every command with its different answers: none when its outcome is unknown.
    Map<Command, Set<Answer>> answers() {
        return answers;
    }

    /// How often commands were accepted.
    int accepted() {
        return accepted.get();
    }

    /// How often commands were accepted by one instance.
    int acceptedBy(URI instance) {
        return acceptedBy.getOrDefault(instance, new AtomicInteger()).get();
    }

    /// How often commands were repeated, by reason.
    Map<String, Long> repeats() {
        return repeats.entrySet().stream()
                .collect(
                        toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue().sum(),
                                Long::sum,
                                TreeMap::new));
    }
}
