package orders.query.projection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Settings of the engine.
@ConfigMapping(prefix = "projections")
public interface ProjectionSettings {

    /// Names of the projections that this instance runs, or `none`; all when it is missing. It
    /// answers reads of all.
    Optional<Set<String>> enabled();

    /// Events that are applied at once.
    @WithDefault("2000")
    int batchSize();

    /// How often Kafka is asked where its topics end: how soon an instance knows of events that it
    /// does not consume itself.
    @WithDefault("PT0.1S")
    Duration endsInterval();

    /// How often the stores are asked how their projections stand.
    @WithDefault("PT1S")
    Duration watchInterval();

    /// Settings of rebuilds.
    Rebuild rebuild();

    /// Settings of rebuilds.
    interface Rebuild {

        /// Events that are applied at once.
        @WithDefault("10000")
        int batchSize();

        /// Events a second at most, 0 for as many as there can be.
        @WithDefault("0")
        int maxEventsPerSecond();

        /// After this time without a sign of life of its builder another instance goes on.
        @WithDefault("PT10S")
        Duration silentBuilderTimeout();
    }
}
