package orders.command.handling;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Settings of command handling.
@ConfigMapping(prefix = "handling")
public interface HandlingSettings {

    /// Commands that are worked on or wait for a connection at the same time; more are answered
    /// with 503.
    @WithDefault("512")
    int maxInFlight();
}
