package orders.acceptance;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;

/// Both services and all that they need, each in a process of its own, on free ports, with all data
/// and logs in a folder under `target`.
public final class RunningSystem implements AutoCloseable {

    private final TestFolder folder;
    private final DevStack stack;
    private final ServiceProcess command;
    private final ServiceProcess query;

    private RunningSystem(TestFolder folder, DevStack stack) {
        this.folder = folder;
        this.stack = stack;
        this.command = folder.service("order-command", "order-command", stack.commandEnvironment());
        this.query = folder.service("order-query", "order-query", stack.queryEnvironment());
    }

    /// Starts everything on empty stores and returns when it is ready.
    ///
    /// @param name of the folder
    public static RunningSystem start(String name) {
        var folder = TestFolder.emptied(name);
        var stack = DevStack.start(DevStackSettings.temporary(folder.path()).withElasticsearch());
        var system = new RunningSystem(folder, stack);
        try {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(system.command::start),
                            CompletableFuture.runAsync(system.query::start))
                    .join();
            return system;
        } catch (RuntimeException failed) {
            system.close();
            throw failed;
        }
    }

    /// Something that no other test uses: `<what>-<random>`.
    public static String unique(String what) {
        return what + "-" + UUID.randomUUID().toString().substring(0, 13);
    }

    /// The process of order-command.
    public ServerProcess command() {
        return command;
    }

    /// The process of order-query.
    public ServerProcess query() {
        return query;
    }

    /// One more instance of a service, on the same servers and not started yet.
    ///
    /// @param settings added to those of the service
    ServiceProcess another(String service, String name, Map<String, String> settings) {
        return folder.service(service, name, environment(service, settings));
    }

    /// Where the servers of a service are.
    Map<String, String> environment(String service, Map<String, String> settings) {
        Map<String, String> environment =
                new HashMap<>(
                        service.equals(command.name())
                                ? stack.commandEnvironment()
                                : stack.queryEnvironment());
        environment.putAll(settings);
        return environment;
    }

    /// Where commands are sent.
    public URI commandUri() {
        return command.uri();
    }

    /// Where queries are sent.
    public URI queryUri() {
        return query.uri();
    }

    /// A view of the topics.
    public TopicReader topics() {
        return new TopicReader(stack.bootstrapServers());
    }

    @Override
    public void close() {
        try (stack) {
            Stream.of(command, query).parallel().forEach(ServerProcess::stop);
        }
    }
}
