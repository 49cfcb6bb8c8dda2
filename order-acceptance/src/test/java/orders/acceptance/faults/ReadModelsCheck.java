package orders.acceptance.faults;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/// What does not hold between the topics and a read model, in words.
final class ReadModelsCheck {

    private static final Set<Object> SUBMITTED = Set.of("SUBMITTED", "PAID", "SHIPPED");
    private static final String NONE = "not there";

    /// A read model, as it has to be or as it is in its store.
    ///
    /// @param rows fields by order id
    /// @param checkpoints where it goes on
    record ReadModel(
            Map<String, Map<String, Object>> rows, Map<TopicPartition, Long> checkpoints) {}

    private final List<String> violations = new ArrayList<>();

    private ReadModelsCheck() {}

    /// When nothing is under way, a read model is the fold of all events, row by row and field by
    /// field; money is conserved; and every checkpoint is at the end.
    static List<String> differences(ReadModel expected, ReadModel actual) {
        var check = new ReadModelsCheck();
        for (String orderId : both(expected.rows(), actual.rows())) {
            check.compare(orderId, expected.rows().get(orderId), actual.rows().get(orderId));
        }
        check.compare("money", money(expected.rows()), money(actual.rows()));
        for (TopicPartition partition : both(expected.checkpoints(), actual.checkpoints())) {
            check.compare(
                    "checkpoint of " + partition,
                    expected.checkpoints().getOrDefault(partition, 0L),
                    actual.checkpoints().getOrDefault(partition, 0L));
        }
        return check.violations;
    }

    /// Money is conserved: what all days' statistics sum up to is what these orders cost that are
    /// submitted and not cancelled.
    ///
    /// @param revenue by currency
    static List<String> differences(
            Map<String, Map<String, Object>> rows, Map<Object, BigDecimal> revenue) {
        var check = new ReadModelsCheck();
        check.compare("money in statistics", money(rows), revenue);
        return check.violations;
    }

    /// At any moment, a read model shows at least the events that lie before its checkpoints.
    ///
    /// @param before the fold of those events
    static List<String> losses(
            Map<String, Map<String, Object>> before, Map<String, Map<String, Object>> rows) {
        var check = new ReadModelsCheck();
        before.forEach((orderId, expected) -> {
            Map<String, Object> actual = rows.getOrDefault(orderId, Map.of());
            if (version(actual) < version(expected)) {
                check.violations.add(
                        "order %s: shows version %d, its checkpoint is behind version %d"
                                .formatted(orderId, version(actual), version(expected)));
            }
        });
        return check.violations;
    }

    private void compare(String orderId, Map<String, Object> expected, Map<String, Object> actual) {
        if (expected == null || actual == null) {
            violations.add(
                    expected == null
                            ? "order %s should not be there: %s".formatted(orderId, actual)
                            : "order %s is missing: %s".formatted(orderId, expected));
            return;
        }
        for (String field : both(expected, actual)) {
            compare(
                    "order %s: %s".formatted(orderId, field),
                    expected.getOrDefault(field, NONE),
                    actual.getOrDefault(field, NONE));
        }
    }

    private void compare(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            violations.add("%s is %s, not %s".formatted(what, actual, expected));
        }
    }

    /// What is submitted and not cancelled, by currency.
    private static Map<Object, BigDecimal> money(Map<String, Map<String, Object>> rows) {
        Map<Object, BigDecimal> money = new TreeMap<>();
        rows.values().stream()
                .filter(row -> SUBMITTED.contains(row.getOrDefault("status", NONE)))
                .forEach(row ->
                        money.merge(
                                row.getOrDefault("currency", NONE),
                                new BigDecimal((String) row.getOrDefault("total", "0")),
                                BigDecimal::add));
        return money;
    }

    private static long version(Map<String, Object> row) {
        return (long) row.getOrDefault("version", 0L);
    }

    private static <K> Set<K> both(Map<K, ?> expected, Map<K, ?> actual) {
        Set<K> keys = new TreeSet<>(Comparator.comparing(Object::toString));
        keys.addAll(expected.keySet());
        keys.addAll(actual.keySet());
        return keys;
    }
}
