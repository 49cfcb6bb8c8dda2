package orders.query.consistency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Settings of reads that wait.
@ConfigMapping(prefix = "consistency")
public interface ConsistencySettings {

    /// How long a read waits when it does not say so.
    @WithDefault("PT5S")
    Duration defaultWait();

    /// How long a read can ask to wait.
    @WithDefault("PT30S")
    Duration longestWait();

    /// Reads that wait at the same time; more are answered with 503.
    @WithDefault("10000")
    int maxWaiting();
}
