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
    @WithDefault("1000")
    int batchSize();

    /// How long the relay waits for a ring before it looks by itself.
    @WithDefault("PT0.1S")
    Duration pollInterval();

    /// First pause after a failure; doubled with each further one.
    @WithDefault("PT0.2S")
    Duration firstBackOff();

    /// Longest pause after a failure.
    @WithDefault("PT30S")
    Duration longestBackOff();

    /// Partitions of topics that the relay creates.
    @WithDefault("12")
    int partitions();
}
