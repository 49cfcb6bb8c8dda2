package orders.devstack.elasticsearch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.Priority;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/// The main class of Elasticsearch's process: a real one, of one node, on loopback. It is the core
/// from its Maven artifacts, without the modules that the distribution adds: no scripts, no further
/// analysers, no security.
final class ElasticsearchNode {

    private static final TimeValue READY_WITHIN = TimeValue.timeValueMinutes(1);

    private ElasticsearchNode() {}

    /// Arguments: port, data folder, the file to create when it serves, and the installation;
    /// perhaps also the address to listen on, in a container.
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[3]);
        String host = arguments.length > 4 ? arguments[4] : "127.0.0.1";
        Settings settings = settings(host, arguments[0], arguments[1], home.toString());
        System.setProperty("es.path.home", home.toString());
        LogConfigurator.configureESLogging();
        LogConfigurator.configureWithoutConfig(settings);
        Environment environment = new Environment(settings, home.resolve("config"));
        Node node =
                new Node(
                        environment,
                        PluginsLoader.createPluginsLoader(
                                PluginsLoader.loadModulesBundles(environment.modulesDir(), true),
                                Set.of(),
                                Map.of(),
                                false));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, stopped), "stop"));
        node.start();
        awaitIndexes(node);
        Files.createFile(Path.of(arguments[2]));
        System.out.println(
                "Elasticsearch serves on %s:%s, data in %s"
                        .formatted(host, arguments[0], arguments[1]));
        stopped.await();
    }

    private static Settings settings(String host, String port, String data, String home) {
        return Settings.builder()
                .put("path.home", home)
                .put("path.data", data)
                .put("cluster.name", "orders")
                .put("node.name", "orders-1")
                .put("discovery.type", "single-node")
                .put("network.host", host)
                .put("http.port", port)
                // Nobody else talks to it: any port.
                .put("transport.port", "0")
                // A full disk of a developer must not make indexes read-only.
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .build();
    }

    /// Indexes that were there before are opened again after the start; until then they answer 503.
    private static void awaitIndexes(Node node) {
        node.client()
                .admin()
                .cluster()
                .prepareHealth(READY_WITHIN)
                .setWaitForEvents(Priority.LANGUID)
                .setWaitForYellowStatus()
                .setTimeout(READY_WITHIN)
                .get();
    }

    private static void close(Node node, CountDownLatch stopped) {
        try {
            node.close();
        } catch (IOException failure) {
            System.err.println("Not closed in order: " + failure);
        } finally {
            stopped.countDown();
        }
    }
}
