package orders.acceptance;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;

/// Both services and all that they need, each in a process of its own, on free ports, with all data
/// and logs under `target/system`.
public final class RunningSystem implements AutoCloseable {

    private static final Path FOLDER = Path.of("target", "system").toAbsolutePath();

    private final DevStack stack;
    private final ServiceProcess command;
    private final ServiceProcess query;

    private RunningSystem(DevStack stack) {
        this.stack = stack;
        this.command = service("order-command", stack.commandEnvironment());
        this.query = service("order-query", stack.queryEnvironment());
    }

    /// Starts everything on empty stores and returns when it is ready.
    static RunningSystem start() {
        deleteWhatIsLeft();
        var system = new RunningSystem(DevStack.start(DevStackSettings.temporary(FOLDER)));
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
    static String unique(String what) {
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

    /// Where commands are sent.
    public URI commandUri() {
        return command.uri();
    }

    /// Where queries are sent.
    public URI queryUri() {
        return query.uri();
    }

    /// A view of the topics.
    TopicReader topics() {
        return new TopicReader(stack.bootstrapServers());
    }

    @Override
    public void close() {
        try (stack) {
            Stream.of(command, query).parallel().forEach(ServerProcess::stop);
        }
    }

    private static ServiceProcess service(String name, Map<String, String> environment) {
        Path runnable = Path.of("..", name, "target", "quarkus-app", "quarkus-run.jar");
        Path log = FOLDER.resolve(name + ".log");
        return ServiceProcess.of(name, runnable.toAbsolutePath().normalize(), environment, 0, log);
    }

    private static void deleteWhatIsLeft() {
        if (!Files.exists(FOLDER)) {
            return;
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : innermostFirst) {
                Files.delete(file);
            }
        } catch (IOException undeletable) {
            throw new IllegalStateException("cannot empty " + FOLDER, undeletable);
        }
    }
}
