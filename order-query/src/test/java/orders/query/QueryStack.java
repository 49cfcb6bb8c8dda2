package orders.query;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Real servers for the tests of this module, with the topics that the command service would have
/// created.
public class QueryStack implements QuarkusTestResourceLifecycleManager {

    private static final int PARTITIONS = 12;

    private DevStack stack;

    @Override
    public Map<String, String> start() {
        stack =
                DevStack.start(
                        DevStackSettings.temporary(Path.of("target", "devstack"))
                                .withElasticsearch());
        createTopics(stack.bootstrapServers());
        Map<String, String> environment = stack.queryEnvironment();
        return Map.of(
                "orders.database.url", environment.get("ORDERS_DATABASE_URL"),
                "orders.database.username", environment.get("ORDERS_DATABASE_USERNAME"),
                "orders.database.password", environment.get("ORDERS_DATABASE_PASSWORD"),
                "kafka.bootstrap.servers", environment.get("KAFKA_BOOTSTRAP_SERVERS"),
                "quarkus.mongodb.connection-string",
                        environment.get("QUARKUS_MONGODB_CONNECTION_STRING"),
                "quarkus.mongodb.database", environment.get("QUARKUS_MONGODB_DATABASE"),
                "elasticsearch.url", environment.get("ELASTICSEARCH_URL"));
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
