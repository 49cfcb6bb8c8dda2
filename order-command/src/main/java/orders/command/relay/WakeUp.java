package orders.command.relay;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/// The bell that a committed command rings, so that the relay does not wait for its next poll.
@ApplicationScoped
public class WakeUp {

    private final AtomicReference<CompletableFuture<Void>> bell =
            new AtomicReference<>(new CompletableFuture<>());

    /// There is something new in the outbox.
    public void ring() {
        bell.get().complete(null);
    }

    /// A bell that is rung from now on: take it before looking at the outbox, and no ring is
    /// missed.
    CompletableFuture<Void> newBell() {
        CompletableFuture<Void> fresh = new CompletableFuture<>();
        bell.set(fresh);
        return fresh;
    }

    /// Answers when `taken` is rung, or after `atMost`.
    static Uni<Void> ringOf(CompletableFuture<Void> taken, Duration atMost) {
        return Uni.createFrom()
                .completionStage(taken)
                .ifNoItem()
                .after(atMost)
                .recoverWithItem((Void) null);
    }
}
