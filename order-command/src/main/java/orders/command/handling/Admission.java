package orders.command.handling;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import orders.command.relay.Backlog;
import orders.command.relay.WakeUp;

/// Lets a command in while there is room: for one more in flight here, and for one more event that
/// waits for Kafka.
@ApplicationScoped
class Admission {

    private final HandlingSettings settings;
    private final Backlog backlog;
    private final WakeUp wakeUp;
    private final AtomicInteger inFlight = new AtomicInteger();

    Admission(HandlingSettings settings, Backlog backlog, WakeUp wakeUp) {
        this.settings = settings;
        this.backlog = backlog;
        this.wakeUp = wakeUp;
    }

    /// Runs `transaction`, or fails with [CommandFailure.Overloaded]. Its place is taken until it
    /// has ended, even when nobody waits for it any more: a connection is still busy with it.
    Uni<Accepted> admit(Uni<Accepted> transaction) {
        return Uni.createFrom()
                .deferred(() -> {
                    if (backlog.isFull()) {
                        return refuse("Too many events wait for Kafka.");
                    }
                    if (inFlight.incrementAndGet() > settings.maxInFlight()) {
                        inFlight.decrementAndGet();
                        return refuse("More commands are in flight than this instance takes.");
                    }
                    Uni<Accepted> counted =
                            transaction
                                    .onTermination()
                                    .invoke(inFlight::decrementAndGet)
                                    .invoke(this::committed);
                    // By an emitter, because a caller that gives up must not cancel it half-way.
                    return Uni.createFrom()
                            .emitter(caller ->
                                    counted.subscribe().with(caller::complete, caller::fail));
                });
    }

    private void committed() {
        backlog.grew();
        wakeUp.ring();
    }

    private static Uni<Accepted> refuse(String reason) {
        return Uni.createFrom().failure(new CommandFailure.Overloaded(reason));
    }
}
