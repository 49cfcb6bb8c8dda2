package orders.query;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Real servers for the tests of this module, with the topics that the command service would have
/// created.
public class QueryStack implements QuarkusTestResourceLifecycleManager {

    private static final int PARTITIONS = 12;

    /// Where statistics are kept, `postgresql` or `clickhouse`; there is no search then.
    static final String STATISTICS = "statistics";

    /// The settings that the tests run with, and the variables that the stack has for them.
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "orders.database.url", "ORDERS_DATABASE_URL",
                    "orders.database.username", "ORDERS_DATABASE_USERNAME",
                    "orders.database.password", "ORDERS_DATABASE_PASSWORD",
                    "kafka.bootstrap.servers", "KAFKA_BOOTSTRAP_SERVERS",
                    "quarkus.mongodb.connection-string", "QUARKUS_MONGODB_CONNECTION_STRING",
                    "quarkus.mongodb.database", "QUARKUS_MONGODB_DATABASE",
                    "elasticsearch.url", "ELASTICSEARCH_URL",
                    "stats.store", "STATS_STORE",
                    "clickhouse.url", "CLICKHOUSE_URL");

    private String statistics;
    private DevStack stack;

    @Override
    public void init(Map<String, String> arguments) {
        statistics = arguments.getOrDefault(STATISTICS, "");
    }

    @Override
    public Map<String, String> start() {
        DevStackSettings settings = DevStackSettings.emptied(Path.of("target", "devstack"));
        stack =
                DevStack.start(
                        switch (statistics) {
                            case "postgresql" -> settings;
                            case "clickhouse" -> settings.withClickHouse();
                            default -> settings.withElasticsearch();
                        });
        createTopics(stack.bootstrapServers());
        Map<String, String> environment = new HashMap<>(SETTINGS);
        environment.replaceAll((_, variable) -> stack.queryEnvironment().get(variable));
        environment.values().removeIf(Objects::isNull);
        // Rebuilds begin, and metrics follow, without a second's wait.
        environment.put("projections.watch-interval", "0.1S");
        return environment;
    }

    /// A test asks for an outage of ClickHouse, and closes it when it shall be over.
    @Override
    public void inject(TestInjector injector) {
        Supplier<AutoCloseable> outage =
                () -> {
                    stack.clickHouse().kill();
                    return stack.clickHouse()::start;
                };
        injector.injectIntoFields(outage, new TestInjector.MatchesType(Supplier.class));
    }

    @Override
    public void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    private static void createTopics(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var existing = admin.listTopics().names().get();
            var missing =
                    List.of(Topics.ORDER_EVENTS, Topics.CUSTOMER_EVENTS).stream()
                            .filter(topic -> !existing.contains(topic))
                            .map(topic ->
                                    new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty()))
                            .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
