package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.Events;
import orders.query.Metrics;
import orders.query.QueryStack;
import orders.query.readmodel.summaries.ChangePosition;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class OrderStreamTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TestHTTPResource("/orders/stream")
    URI stream;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Follower> followers = new ArrayList<>();
    private final String orderId = "o-" + UUID.randomUUID();
    private final String customerId = "c-" + UUID.randomUUID();

    /// Reads one stream until it is closed.
    private final class Follower {

        final List<Map<String, String>> events = new CopyOnWriteArrayList<>();
        final List<String> comments = new CopyOnWriteArrayList<>();
        private final InputStream body;

        Follower(String query, String... headers) {
            HttpResponse<InputStream> answer = open(query, headers);
            assertEquals(200, answer.statusCode());
            body = answer.body();
            Thread.ofVirtual().start(this::read);
            await().atMost(SOON).until(() -> !comments.isEmpty());
        }

        private void read() {
            Map<String, String> event = new HashMap<>();
            try (var lines =
                    new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    int colon = line.indexOf(':');
                    if (line.isEmpty() && !event.isEmpty()) {
                        events.add(event);
                        event = new HashMap<>();
                    } else if (colon == 0) {
                        comments.add(line);
                    } else if (colon > 0) {
                        event.put(line.substring(0, colon), line.substring(colon + 1).strip());
                    }
                }
            } catch (IOException closed) {
                comments.add("closed");
            }
        }

        List<Long> versions() {
            return events.stream()
                    .map(event -> JsonPath.from(event.get("data")).getLong("version"))
                    .toList();
        }

        void awaitVersions(Long... versions) {
            await().atMost(SOON).untilAsserted(() -> assertEquals(List.of(versions), versions()));
        }

        void close() {
            try {
                body.close();
            } catch (IOException alreadyClosed) {
                comments.add("closed");
            }
        }
    }

    @AfterEach
    void close() {
        followers.forEach(Follower::close);
    }

    @Test
    void every_version_comes_once_in_order_also_those_of_one_batch() {
        Follower follower = follow("?orderId=" + orderId);
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record(orderId, 2, Events.ITEM_ADDED),
                Events.record("o-" + UUID.randomUUID(), 1, Events.created(customerId)),
                Events.record(orderId, 3, Events.SUBMITTED));

        follower.awaitVersions(1L, 2L, 3L);
        JsonPath last = JsonPath.from(follower.events.getLast().get("data"));
        assertEquals("order", follower.events.getLast().get("event"));
        assertEquals("SUBMITTED", last.getString("status"));
        assertEquals("25.21", last.getString("total"));
    }

    @Test
    void versions_that_were_parked_come_when_they_are_applied() {
        Follower follower = follow("?customerId=" + customerId);
        String other = "o-" + UUID.randomUUID();
        publish(
                Events.record(orderId, 1, Events.created(customerId)),
                Events.withType("OrderGiftWrapped", Events.record(orderId, 2, Events.ITEM_ADDED)),
                Events.record(orderId, 3, Events.SUBMITTED),
                Events.record(orderId, 4, Events.PAID),
                Events.record(other, 1, Events.created(customerId)));
        await().atMost(SOON).until(() -> follower.events.size() == 2);
        publish(Events.record(orderId, 5, Events.SHIPPED));

        given().get("/projections").jsonPath().<String>getList("items.name").forEach(this::discard);
        await().atMost(SOON).until(() -> follower.events.size() == 5);
        assertEquals(List.of(3L, 4L, 5L), follower.versions().subList(2, 5));
    }

    @Test
    void a_customers_orders_are_followed() {
        Follower follower = follow("?customerId=" + customerId);
        publish(
                Events.record("o-" + UUID.randomUUID(), 1, Events.created("c-else")),
                Events.record(orderId, 1, Events.created(customerId)));

        follower.awaitVersions(1L);
    }

    @Test
    void who_comes_back_misses_nothing_and_sees_nothing_twice() {
        Follower first = follow("?orderId=" + orderId);
        publish(
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(orderId, 2, Events.ITEM_ADDED));
        first.awaitVersions(1L, 2L);
        String id = first.events.getFirst().get("id");
        first.close();
        publish(Events.record(orderId, 3, Events.SUBMITTED));

        Follower again = follow("?orderId=" + orderId, "Last-Event-ID", id);
        again.awaitVersions(2L, 3L);
        publish(Events.record(orderId, 4, Events.PAID));
        again.awaitVersions(2L, 3L, 4L);
    }

    @Test
    void who_was_somewhere_else_is_reset_and_shown_the_present() {
        publish(
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(orderId, 2, Events.ITEM_ADDED));
        String ofAnotherTopic = EventId.encode(new ChangePosition(Map.of(0, Long.MAX_VALUE / 10)));
        await().atMost(SOON)
                .until(() -> {
                    Follower follower =
                            follow("?orderId=" + orderId, "Last-Event-ID", ofAnotherTopic);
                    await().atMost(SOON).until(() -> !follower.events.isEmpty());
                    assertEquals("reset", follower.events.getFirst().get("event"));
                    return follower.events.size() == 2
                            && follower.events.getLast().get("data").contains("\"version\":2");
                });
    }

    @Test
    void who_brings_a_token_follows_from_what_it_names() {
        double waiting = Metrics.value("consistency_waiting");
        var opened =
                CompletableFuture.supplyAsync(() ->
                        follow(
                                "?orderId=" + orderId,
                                "Consistency-Token",
                                new ConsistencyToken(Kind.ORDER, orderId, 2).encode(),
                                "Prefer",
                                "wait=20"));
        await().atMost(SOON).until(() -> Metrics.value("consistency_waiting") > waiting);
        publish(
                Events.record(orderId, 1, Events.created(customerId)),
                Events.record(orderId, 2, Events.ITEM_ADDED));
        Follower follower = opened.join();
        publish(Events.record(orderId, 3, Events.SUBMITTED));

        follower.awaitVersions(3L);
    }

    @Test
    void who_goes_away_follows_no_more() {
        await().atMost(SOON).until(() -> Metrics.value("stream_followers") == 0);
        Follower follower = follow("?orderId=" + orderId);
        follow("?customerId=" + customerId);
        assertEquals(2, Metrics.value("stream_followers"));

        follower.close();
        await().atMost(SOON).until(() -> Metrics.value("stream_followers") == 1);
    }

    @Test
    void who_only_asks_for_the_head_does_not_follow() {
        await().atMost(SOON).until(() -> Metrics.value("stream_followers") == 0);
        given().head("/orders/stream").then().statusCode(200).contentType("text/event-stream");
        assertEquals(0, Metrics.value("stream_followers"));
        given().head("/orders/stream?orderId=%20").then().statusCode(400);
    }

    @Test
    void bad_questions_are_refused() {
        for (String lastEventId : List.of("x", "1%%%", "1eHl6")) {
            assertEquals(400, open("", "Last-Event-ID", lastEventId).statusCode());
        }
        assertEquals(400, open("?orderId=%20").statusCode());
        assertEquals(400, open("?orderId=search").statusCode());
        assertEquals(400, open("?unknown=1").statusCode());
        assertEquals(400, open("?orderId=a&orderId=b").statusCode());
    }

    /// What remains parked makes the answers of other tests stale.
    private void discard(String projection) {
        String letters = "/projections/" + projection + "/dead-letters";
        String letter = "items.find { it.orderId == '" + orderId + "' }?.id";
        String id =
                await().atMost(SOON)
                        .until(
                                () -> given().get(letters).jsonPath().getString(letter),
                                Objects::nonNull);
        given().contentType("application/json")
                .body("{\"reason\": \"no ribbons here\"}")
                .post(letters + "/{id}/discard", id)
                .then()
                .statusCode(202);
    }

    private Follower follow(String query, String... headers) {
        Follower follower = new Follower(query, headers);
        followers.add(follower);
        return follower;
    }

    private HttpResponse<InputStream> open(String query, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(stream + query))
                        .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void publish(ProducerRecord<String, byte[]>... records) {
        Events.publish(kafka, List.of(records));
    }
}
