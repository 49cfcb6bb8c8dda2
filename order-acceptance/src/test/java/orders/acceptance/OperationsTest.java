package orders.acceptance;

import static io.restassured.RestAssured.given;
import static orders.acceptance.RunningSystem.unique;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Both services where they have to log in to Kafka and stores may be away. The query service runs
/// one projection only.
class OperationsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " username=\"orders\" password=\"secret\"";

    private static final Map<String, String> BROKER =
            Map.of(
                    "listener.security.protocol.map",
                    "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "sasl.enabled.mechanisms",
                    "PLAIN",
                    "sasl.mechanism.inter.broker.protocol",
                    "PLAIN",
                    "listener.name.plaintext.plain.sasl.jaas.config",
                    LOGIN + " user_orders=\"secret\";");

    private static final Map<String, String> CLIENTS =
            Map.of(
                    "KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                    "KAFKA_SASL_MECHANISM", "PLAIN",
                    "KAFKA_SASL_JAAS_CONFIG", LOGIN + ";",
                    "PROJECTIONS_ENABLED", "order-summaries");

    private static DevStack stack;
    private static ServiceProcess command;
    private static ServiceProcess query;

    @BeforeAll
    static void start() {
        var folder = TestFolder.emptied("operations");
        stack = DevStack.start(DevStackSettings.temporary(folder.path()).withKafkaSettings(BROKER));
        command =
                folder.service(
                        "order-command", "order-command", client(stack.commandEnvironment()));
        query = folder.service("order-query", "order-query", client(stack.queryEnvironment()));
        List.of(command, query).parallelStream().forEach(ServerProcess::start);
    }

    @AfterAll
    static void stop() {
        try (var _ = stack) {
            Stream.of(command, query).parallel().forEach(ServerProcess::stop);
        }
    }

    @Test
    void every_client_of_kafka_logs_in() {
        String customerId = unique("customer");
        Instant before = Instant.now();
        // To a topic that the admin client has made, by the producer, and back by a consumer.
        String token =
                to(command)
                        .contentType(ContentType.JSON)
                        .body(Api.twoCups(unique("order"), customerId))
                        .post("/orders")
                        .then()
                        .statusCode(202)
                        .extract()
                        .header("Consistency-Token");
        to(query)
                .header("Consistency-Token", token)
                .header("Prefer", "wait=30")
                .get("/orders?customerId={id}", customerId)
                .then()
                .statusCode(200)
                .body("items.customerId", equalTo(List.of(customerId)));
        Instant published = Instant.now();
        await().atMost(SOON).until(() -> published.plusSeconds(2).isBefore(Instant.now()));

        // The event's time is read by another one.
        long atLeast = secondsSince(published);
        JsonPath notRun = to(query).get("/projections/daily-order-stats").jsonPath();
        long atMost = secondsSince(before);

        assertEquals(1, notRun.getLong("lag.events"));
        long seconds = notRun.getLong("lag.seconds");
        assertTrue(
                atLeast <= seconds && seconds <= atMost,
                "%d s is not from %d to %d".formatted(seconds, atLeast, atMost));
    }

    @Test
    void an_instance_is_ready_as_long_as_it_reaches_what_every_answer_needs() {
        try {
            stack.mongo().stop();
            assertTrue(query.isReady());
            to(query).get("/orders").then().statusCode(200);
            to(query)
                    .get("/orders/any")
                    .then()
                    .statusCode(503)
                    .body("type", equalTo("/problems/store-unavailable"));

            stack.postgres().stop();
            assertFalse(query.isReady());
            assertFalse(command.isReady());
            to(query).get("/q/health/live").then().statusCode(200);
            to(command).get("/q/health/live").then().statusCode(200);

            stack.mongo().start();
            await().atMost(SOON).until(query::isReady);
        } finally {
            stack.mongo().start();
            stack.postgres().start();
        }
        await().atMost(SOON).until(() -> query.isReady() && command.isReady());
    }

    private static RequestSpecification to(ServiceProcess service) {
        return given().baseUri(service.uri().toString());
    }

    private static long secondsSince(Instant moment) {
        return Duration.between(moment, Instant.now()).toSeconds();
    }

    private static Map<String, String> client(Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>(environment);
        settings.putAll(CLIENTS);
        return settings;
    }
}
