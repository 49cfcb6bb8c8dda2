package orders.command.relay;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Aggregates whose oldest record could not be sent: their records wait, each time twice as long,
/// while all others flow.
@ApplicationScoped
class HeldAggregates {

    private static final Logger LOG = Logger.getLogger(HeldAggregates.class);

    private record Held(int failures, Instant until) {}

    private final RelaySettings settings;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    HeldAggregates(RelaySettings settings) {
        this.settings = settings;
    }

    /// `aggregate` waits from now on.
    void hold(String aggregate, Throwable cause) {
        Held now =
                held.compute(
                        aggregate,
                        (_, before) -> {
                            int failures = before == null ? 1 : before.failures() + 1;
                            return new Held(failures, clock.instant().plus(backOff(failures)));
                        });
        LOG.warnf(
                cause,
                "The oldest event of %s could not be published (failure %d); its events wait until %s",
                aggregate,
                now.failures(),
                now.until());
    }

    /// `aggregate` was sent.
    void release(String aggregate) {
        held.remove(aggregate);
    }

    /// Aggregates that must wait now.
    String[] waiting() {
        if (held.isEmpty()) {
            return new String[0];
        }
        Instant now = clock.instant();
        return held.entrySet().stream()
                .filter(entry -> entry.getValue().until().isAfter(now))
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
    }

    private Duration backOff(int failures) {
        Duration doubled = settings.firstBackOff().multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(settings.longestBackOff()) < 0
                ? doubled
                : settings.longestBackOff();
    }
}
