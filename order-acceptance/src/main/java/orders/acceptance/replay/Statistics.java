package orders.acceptance.replay;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What is counted while orders are fed. Safe for many threads.
public final class Statistics {

    private final LongAdder orders = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder ordersThereAlready = new LongAdder();
    private final Latencies latencies = new Latencies();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final Map<String, String> examples = new ConcurrentHashMap<>();

    void answered(Duration latency, int retriesOfIt) {
        commands.increment();
        retries.add(retriesOfIt);
        latencies.add(latency);
    }

    void orderThereAlready() {
        ordersThereAlready.increment();
    }

    void orderFed() {
        orders.increment();
    }

    void failed(StepFailed failed) {
        errors.computeIfAbsent(failed.getMessage(), _ -> new LongAdder()).increment();
        examples.putIfAbsent(failed.getMessage(), failed.detail());
    }

    /// Orders of which every command was accepted.
    public long orders() {
        return orders.sum();
    }

    /// Commands that were answered, one for all its tries.
    public long commands() {
        return commands.sum();
    }

    /// Tries beyond the first of a command.
    public long retries() {
        return retries.sum();
    }

    /// Orders that existed when they were created.
    public long ordersThereAlready() {
        return ordersThereAlready.sum();
    }

    /// From the first try of a command to its answer.
    public Latencies latencies() {
        return latencies;
    }

    /// How often what went wrong; empty when nothing did.
    public Map<String, Long> errors() {
        Map<String, Long> counts = new TreeMap<>();
        errors.forEach((kind, count) -> counts.put(kind, count.sum()));
        return counts;
    }

    /// What was said about the first error of this kind.
    public String exampleOf(String kind) {
        return examples.get(kind);
    }
}
