package orders.acceptance.check;

import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Collects in words what is not as it has to be. Safe for many threads.
final class Differences {

    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    void unlessEqual(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            add(what + " is " + actual + " instead of " + expected);
        }
    }

    void add(String difference) {
        found.add(difference);
    }

    List<String> all() {
        return List.copyOf(found);
    }
}
