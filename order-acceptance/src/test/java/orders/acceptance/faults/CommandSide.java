package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private static final String INSTANCE = "order-command-";
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final DevStack stack;
    private final List<ServiceProcess> instances;

    private CommandSide(TestFolder folder, DevStack stack) {
        this.stack = stack;
        this.instances =
                Stream.of("1", "2").map(number -> instance(number, folder, stack)).toList();
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
        return instances;
    }

    List<URI> uris() {
        return instances.stream().map(ServiceProcess::uri).toList();
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
                .until(() -> database().leader(INSTANCE), Optional::isPresent)
                .orElseThrow();
    }

    /// The instance whose relay is the active one.
    ServiceProcess leadingInstance() {
        String name = leader().instance();
        return instances.stream()
                .filter(instance -> name.startsWith(instance.name()))
                .findFirst()
                .orElseThrow();
    }

    /// The other instance.
    ServiceProcess otherThan(ServiceProcess instance) {
        return instances.stream().filter(each -> each != instance).findFirst().orElseThrow();
    }

    /// Whether an instance says that it can serve.
    boolean isReady(ServiceProcess instance) {
        HttpRequest request =
                HttpRequest.newBuilder(instance.uri().resolve("/q/health/ready"))
                        .timeout(ANSWER_TIMEOUT)
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200;
        } catch (IOException noAnswer) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Starts whatever does not run and lets go on what is frozen.
    void startAll() {
        stack.postgres().start();
        instances.forEach(ServerProcess::resume);
        Stream.concat(Stream.of(stack.kafka()), instances.stream())
                .parallel()
                .forEach(ServerProcess::start);
    }

    @Override
    public void close() {
        try (stack) {
            instances.forEach(ServerProcess::resume);
            instances.parallelStream().forEach(ServerProcess::stop);
        }
    }

    private static ServiceProcess instance(String number, TestFolder folder, DevStack stack) {
        String name = INSTANCE + number;
        Map<String, String> environment = new HashMap<>(stack.commandEnvironment());
        // Instances call themselves by their host, as pods do.
        environment.put("HOSTNAME", name);
        // Quick to start: compiling them better takes the time of everything else here.
        environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
        return folder.service("order-command", name, environment);
    }

    /// Nothing here reads.
    private static DevStackSettings withoutMongo(TestFolder folder) {
        return new DevStackSettings(
                folder.path(),
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("mongodb://none"),
                "none");
    }
}
