package orders.command.handling;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Settings of command handling.
@ConfigMapping(prefix = "handling")
public interface HandlingSettings {

    /// Commands that are worked on or wait for a connection at the same time; more are answered
    /// with 503.
    @WithDefault("512")
    int maxInFlight();

    /// Groups of commands that are committed at the same time.
    @WithDefault("2")
    int groupsInFlight();

    /// Commands that are committed together, at most.
    @WithDefault("32")
    int groupSize();

    /// A command that takes longer is answered with 503; whether it commits is open then.
    @WithDefault("PT10S")
    Duration answerWithin();

    /// How long an accepted `Idempotency-Key` is remembered, at least.
    @WithDefault("PT24H")
    Duration rememberKeysFor();

    /// How often keys that are old enough are forgotten.
    @WithDefault("PT1M")
    Duration forgetKeysEvery();

    /// Keys that are forgotten in one statement.
    @WithDefault("1000")
    int expiryBatch();
}
