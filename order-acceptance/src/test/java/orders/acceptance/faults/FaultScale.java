package orders.acceptance.faults;

import java.time.Duration;

/// How long and how often things are broken. `-Dfaults=full` chooses the long way.
///
/// @param kills of instances of order-command
/// @param queryKills of instances of order-query
/// @param crashes of a server
/// @param cuts of the relay's connection
/// @param outage for which something is away, frozen or held
/// @param between commands that are accepted, or events that are published, before the next fault,
///   at most
/// @param eventsPerSecond that are published: in short, so few that two busy cores catch up with
///   them
/// @param largeOrders that change at once
record FaultScale(
        int kills,
        int queryKills,
        int crashes,
        int cuts,
        Duration outage,
        int between,
        int eventsPerSecond,
        int largeOrders) {

    private static final FaultScale SHORT =
            new FaultScale(2, 3, 1, 3, Duration.ofSeconds(2), 100, 100, 40);
    private static final FaultScale FULL =
            new FaultScale(20, 20, 10, 20, Duration.ofSeconds(60), 1000, 200, 120);

    static FaultScale chosen() {
        return "full".equals(System.getProperty("faults")) ? FULL : SHORT;
    }
}
