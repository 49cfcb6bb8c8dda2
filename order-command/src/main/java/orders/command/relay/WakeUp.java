package orders.command.relay;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/// The bell that a committed command rings, so that the relay does not wait for its next poll. When
/// another instance leads, it is notified: outside of the command's transaction, because commits
/// that notify wait for each other, and once for all commands of a few milliseconds.
@ApplicationScoped
public class WakeUp {

    private static final Logger LOG = Logger.getLogger(WakeUp.class);

    private final RelaySettings settings;
    private final Vertx vertx;
    private final Pool database;
    private final AtomicReference<CompletableFuture<Void>> bell =
            new AtomicReference<>(new CompletableFuture<>());
    private final AtomicBoolean notifies = new AtomicBoolean();
    private volatile boolean isListening;

    WakeUp(RelaySettings settings, Vertx vertx, Pool database) {
        this.settings = settings;
        this.vertx = vertx;
        this.database = database;
    }

    /// There is something new in the outbox.
    public void ring() {
        if (isListening) {
            bell.get().complete(null);
        } else if (settings.enabled() && notifies.compareAndSet(false, true)) {
            vertx.setTimer(settings.notifyInterval().toMillis(), _ -> notifyLeader());
        }
    }

    /// From now on rings are heard here, those of other instances too, until `connection` closes.
    Uni<Void> listen(PgConnection connection) {
        connection.notificationHandler(_ -> bell.get().complete(null));
        connection.closeHandler(() -> isListening = false);
        isListening = true;
        return connection.query("listen outbox").execute().replaceWithVoid();
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

    private void notifyLeader() {
        notifies.set(false);
        // A notification that is lost costs the leader's poll interval and nothing else.
        database.query("notify outbox")
                .execute()
                .subscribe()
                .with(_ -> {}, failure -> LOG.debugf("The leader was not notified: %s", failure));
    }
}
