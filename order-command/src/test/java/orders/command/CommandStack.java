package orders.command;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;

/// Real servers for the tests of this module.
public class CommandStack implements QuarkusTestResourceLifecycleManager {

    private DevStack stack;

    @Override
    public Map<String, String> start() {
        stack = DevStack.start(DevStackSettings.temporary(Path.of("target", "devstack")));
        return stack.commandEnvironment().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                entry -> entry.getKey().toLowerCase(Locale.ROOT).replace('_', '.'),
                                Map.Entry::getValue));
    }

    @Override
    public void stop() {
        if (stack != null) {
            stack.close();
        }
    }
}
