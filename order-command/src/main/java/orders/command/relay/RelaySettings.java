package orders.command.relay;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Settings of the relay.
@ConfigMapping(prefix = "relay")
public interface RelaySettings {

    /// Off when something else, Debezium for instance, relays the outbox.
    @WithDefault("true")
    boolean enabled();

    /// Rows that are claimed at once.
    @WithDefault("2000")
    int batchSize();

    /// Bytes of payload that are claimed at once; one row is always claimed.
    @WithDefault("8000000")
    long batchBytes();

    /// How long the relay waits for a ring before it looks by itself.
    @WithDefault("PT0.1S")
    Duration pollInterval();

    /// Shortest pause between two notifications that another instance is sent.
    @WithDefault("PT0.005S")
    Duration notifyInterval();

    /// How long a leader may be silent, because it is frozen or cut off, before the database ends
    /// its session and the next one leads.
    @WithDefault("PT5S")
    Duration silentLeaderTimeout();

    /// First pause after a failure; doubled with each further one.
    @WithDefault("PT0.2S")
    Duration firstBackOff();

    /// Longest pause after a failure.
    @WithDefault("PT30S")
    Duration longestBackOff();

    /// How often the outbox is measured.
    @WithDefault("PT1S")
    Duration measureInterval();

    /// Events that may wait in the outbox; with more, commands are answered with 503.
    @WithDefault("1000000")
    long maxBacklog();

    /// Partitions of topics that the relay creates.
    @WithDefault("12")
    int partitions();
}
