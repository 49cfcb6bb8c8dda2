package orders.query.stream;

import java.util.List;
import java.util.stream.Stream;
import orders.query.readmodel.summaries.ChangePosition;
import orders.query.readmodel.summaries.OrderChange;

/// The newest changes: all that come after `begin` and before `end`.
record Tail(ChangePosition begin, ChangePosition end, List<OrderChange> changes) {

    private static final int MOST = 2_000;

    static Tail from(ChangePosition position) {
        return new Tail(position, position, List.of());
    }

    /// Whether everything that comes after `position` is here.
    boolean covers(ChangePosition position) {
        return !begin.isBeyond(position);
    }

    List<OrderChange> after(ChangePosition position) {
        return changes.stream().filter(position::isBefore).toList();
    }

    Tail with(List<OrderChange> found) {
        List<OrderChange> all = Stream.concat(changes.stream(), found.stream()).toList();
        int tooMany = Math.max(0, all.size() - MOST);
        return new Tail(
                behind(begin, all.subList(0, tooMany)),
                behind(end, found),
                List.copyOf(all.subList(tooMany, all.size())));
    }

    private static ChangePosition behind(ChangePosition position, List<OrderChange> changes) {
        ChangePosition behind = position;
        for (OrderChange change : changes) {
            behind = behind.after(change);
        }
        return behind;
    }
}
