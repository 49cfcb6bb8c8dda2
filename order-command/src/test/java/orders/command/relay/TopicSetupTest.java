package orders.command.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import orders.command.CommandStack;
import orders.model.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CommandStack.class)
class TopicSetupTest {

    @Inject TopicSetup topics;

    @Inject
    @Identifier("default-kafka-broker")
    Map<String, Object> kafka;

    @Test
    void topics_that_are_as_they_must_be_are_left_alone() {
        assertEquals(List.of(), findings());
        assertEquals(List.of(), findings());
    }

    @Test
    void what_is_wrong_with_a_topic_is_reported() throws Exception {
        findings();
        set("retention.ms", "1000");
        try {
            assertEquals(
                    List.of("Topic order-events has retention.ms=1000, but must have -1"),
                    findings());
        } finally {
            set("retention.ms", "-1");
        }
    }

    private List<String> findings() {
        return topics.ensureTopics().await().atMost(Duration.ofSeconds(60));
    }

    private void set(String name, String value) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka)) {
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.ORDER_EVENTS);
            var change = new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
        }
    }
}
