package orders.query.projection;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import orders.model.ConsistencyToken.Kind;
import orders.query.projection.Decoded.CustomerChange;
import orders.query.projection.Decoded.OrderChange;
import orders.query.projection.Decoded.Poison;

/// Who waits for an order or customer is woken when this instance has applied something of it.
public final class Waiters {

    private final Map<String, List<CompletableFuture<Void>>> waiting = new ConcurrentHashMap<>();

    /// One who waits.
    public final class Waiting {

        private final String key;
        private final CompletableFuture<Void> woken = new CompletableFuture<>();

        private Waiting(String key) {
            this.key = key;
        }

        /// Answers when something of it was applied here since it began, or after `atMost`.
        public Uni<Void> atMost(Duration atMost) {
            return Uni.createFrom()
                    .completionStage(() -> woken)
                    .ifNoItem()
                    .after(atMost)
                    .recoverWithItem((Void) null);
        }

        /// Waits no more.
        public void end() {
            remove(key, woken);
        }
    }

    /// Begins to wait for something of `id`, until [Waiting#end].
    public Waiting begin(Kind kind, String id) {
        var waiting = new Waiting(key(kind, id));
        add(waiting.key, waiting.woken);
        return waiting;
    }

    void wake(Collection<Decoded> applied) {
        if (waiting.isEmpty()) {
            return;
        }
        for (Decoded entry : applied) {
            switch (entry) {
                case OrderChange change -> wake(key(Kind.ORDER, change.orderId()));
                case CustomerChange change -> wake(key(Kind.CUSTOMER, change.customerId()));
                case Poison _ -> {}
            }
        }
    }

    void wakeAll() {
        waiting.keySet().forEach(this::wake);
    }

    static String key(Kind kind, String id) {
        return kind + "/" + id;
    }

    private void wake(String key) {
        List<CompletableFuture<Void>> all = waiting.remove(key);
        if (all != null) {
            all.forEach(woken -> woken.complete(null));
        }
    }

    private void add(String key, CompletableFuture<Void> woken) {
        waiting.merge(
                key,
                List.of(woken),
                (present, one) -> Stream.concat(present.stream(), one.stream()).toList());
    }

    /// A waiter is itself and no other, so identity is what is meant.
    @SuppressWarnings("ReferenceEquality")
    private void remove(String key, CompletableFuture<Void> woken) {
        waiting.computeIfPresent(
                key,
                (_, present) -> {
                    var rest = present.stream().filter(other -> other != woken).toList();
                    return rest.isEmpty() ? null : rest;
                });
    }
}
