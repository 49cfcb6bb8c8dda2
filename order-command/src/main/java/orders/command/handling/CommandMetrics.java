package orders.command.handling;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/// Commands by type and outcome, at `/q/metrics`.
@ApplicationScoped
class CommandMetrics {

    private final MeterRegistry registry;

    CommandMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /// Measures `command`, which is one of few types.
    Uni<Accepted> measure(String type, Uni<Accepted> command) {
        return Uni.createFrom()
                .deferred(() -> {
                    Timer.Sample sample = Timer.start(registry);
                    return command.onItemOrFailure()
                            .invoke((_, failure) -> sample.stop(timer(type, outcome(failure))));
                });
    }

    private Timer timer(String type, String outcome) {
        return Timer.builder("orders.commands")
                .description("Commands, from their admission to their answer")
                .tag("type", type)
                .tag("outcome", outcome)
                .register(registry);
    }

    private static String outcome(Throwable failure) {
        return switch (failure) {
            case null -> "accepted";
            case CommandFailure.Rejected rejected ->
                    rejected.rule().name().toLowerCase(Locale.ROOT);
            case CommandFailure.VersionConflict _ -> "version_conflict";
            case CommandFailure.ConcurrentUpdate _ -> "concurrent_update";
            case CommandFailure.Overloaded _ -> "overloaded";
            case CommandFailure.KeyReused _ -> "key_reused";
            case CommandFailure.KeyTaken _ -> "repeated";
            case CommandFailure.RequestInFlight _ -> "request_in_flight";
            case CommandFailure.StoreUnavailable _ -> "store_unavailable";
            default -> "failed";
        };
    }
}
