package orders.command;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;

/// Real servers for the tests of this module.
public class CommandStack implements QuarkusTestResourceLifecycleManager {

    /// Commands that are worked on at the same time.
    public static final int MOST_IN_FLIGHT = 16;

    /// Events that may wait in the outbox.
    public static final int LARGEST_BACKLOG = 1_000;

    /// Small limits, and a relay that hardly looks by itself: what the tests see is the work of its
    /// bell.
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "relay.poll-interval", "60S",
                    "relay.measure-interval", "0.2S",
                    "relay.max-backlog", Integer.toString(LARGEST_BACKLOG),
                    "handling.max-in-flight", Integer.toString(MOST_IN_FLIGHT),
                    "handling.forget-keys-every", "0.5S");

    private DevStack stack;

    @Override
    public Map<String, String> start() {
        stack = DevStack.start(DevStackSettings.emptied(Path.of("target", "devstack")));
        Map<String, String> settings = new HashMap<>(SETTINGS);
        stack.commandEnvironment()
                .forEach((name, value) ->
                        settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
        return settings;
    }

    @Override
    public void stop() {
        if (stack != null) {
            stack.close();
        }
    }
}
