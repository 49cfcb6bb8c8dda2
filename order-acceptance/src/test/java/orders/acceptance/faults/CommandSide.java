package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import orders.acceptance.TestFolder;
import orders.acceptance.TopicReader;
import orders.acceptance.faults.WriteDatabase.Leader;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.PostgresServer;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;

/// Two instances of order-command on a Kafka and a PostgreSQL of their own, which tests may break.
final class CommandSide implements AutoCloseable {

    private static final String SERVICE = "order-command";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final DevStack stack;
    private final Instances instances;

    private CommandSide(TestFolder folder, DevStack stack) {
        this.stack = stack;
        this.instances = Instances.of(SERVICE, folder, stack.commandEnvironment());
    }

    /// Starts everything on empty stores and returns when it is ready.
    static CommandSide start() {
        var folder = TestFolder.emptied("faults");
        var side = new CommandSide(folder, DevStack.start(withoutMongo(folder)));
        try {
            side.startAll();
            return side;
        } catch (RuntimeException failed) {
            side.close();
            throw failed;
        }
    }

    List<ServiceProcess> instances() {
        return instances.all();
    }

    List<URI> uris() {
        return instances.uris();
    }

    ServerProcess kafka() {
        return stack.kafka();
    }

    PostgresServer postgres() {
        return stack.postgres();
    }

    WriteDatabase database() {
        return new WriteDatabase(stack.commandEnvironment());
    }

    TopicReader topics() {
        return new TopicReader(stack.bootstrapServers());
    }

    /// The session of the active relay, as soon as there is one.
    Leader leader() {
        return await().atMost(SOON)
                .until(() -> database().leader(SERVICE + "-"), Optional::isPresent)
                .orElseThrow();
    }

    /// The instance whose relay is the active one.
    ServiceProcess leadingInstance() {
        String name = leader().instance();
        return instances.all().stream()
                .filter(instance -> name.startsWith(instance.name()))
                .findFirst()
                .orElseThrow();
    }

    /// The other instance.
    ServiceProcess otherThan(ServiceProcess instance) {
        return instances.otherThan(instance);
    }

    /// Starts whatever does not run and lets go on what is frozen.
    void startAll() {
        stack.postgres().start();
        Stream.<Runnable>of(stack.kafka()::start, instances::startAll)
                .parallel()
                .forEach(Runnable::run);
    }

    @Override
    public void close() {
        try (stack) {
            instances.stopAll();
        }
    }

    /// Nothing here reads.
    private static DevStackSettings withoutMongo(TestFolder folder) {
        return new DevStackSettings(
                folder.path(),
                0,
                0,
                0,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("mongodb://none"),
                "none",
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
