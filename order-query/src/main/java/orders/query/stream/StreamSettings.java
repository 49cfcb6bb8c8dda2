package orders.query.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Settings of followers.
@ConfigMapping(prefix = "stream")
public interface StreamSettings {

    /// For how long changes are kept for followers who come back.
    @WithDefault("PT1H")
    Duration keepFor();

    /// How often changes that other instances have applied are looked for while somebody follows.
    @WithDefault("PT0.2S")
    Duration lookEvery();

    /// How often a follower of whom nothing changes is sent a comment, so that the connection is
    /// kept.
    @WithDefault("PT10S")
    Duration heartbeat();

    /// Followers at the same time; more are answered with 503.
    @WithDefault("1000")
    int maxFollowers();
}
