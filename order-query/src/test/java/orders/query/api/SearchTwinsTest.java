package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerEvent.CustomerRegistered;
import orders.model.CustomerId;
import orders.model.Money;
import orders.model.OrderEvent.OrderCreated;
import orders.model.OrderItem;
import orders.query.Events;
import orders.query.QueryStack;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/// An order is found by each of its texts and ids, however they are written: a property, tried on
/// texts of many scripts.
@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class SearchTwinsTest {

    private static final int ORDERS = 20;
    private static final long SEED = 19;

    /// First and last letters of alphabets, and what is between them that folding changes.
    private static final List<String> ALPHABETS =
            List.of(
                    "azAZ09",
                    "\u00c0\u00d6\u00d8\u00f6\u00f8\u017f",
                    "\u0391\u03a1\u03a3\u03a9\u03b1\u03c9",
                    "\u0410\u042f\u0430\u044f",
                    "\u05d0\u05ea",
                    "\u0627\u0647",
                    "\u0905\u0939",
                    "\u4e00\u9fa5",
                    "\uac00\ud7a3",
                    "\uff21\uff3a\uff41\uff5a",
                    "\ufb00\ufb03\u00df\u1e9e\u0130\u0131");

    private final Random random = new Random(SEED);
    private final String prefix = "t" + UUID.randomUUID().toString().substring(0, 8);

    private record Texts(String orderId, String productId, String description, String name) {}

    @Test
    void every_text_and_id_finds_its_order_at_full_score_however_it_is_written() {
        List<Texts> orders = IntStream.range(0, ORDERS).mapToObj(this::texts).toList();
        publish(orders);

        Map<String, String> missed = new LinkedHashMap<>();
        for (Texts order : orders) {
            for (String text :
                    List.of(order.orderId, order.productId, order.description, order.name)) {
                double full = score(order, text);
                twins(text)
                        .filter(twin -> full == 0 || score(order, twin) != full)
                        .forEach(twin -> missed.put(twin, order + " at " + full));
            }
        }
        assertEquals(Map.of(), missed);
    }

    private static Stream<String> twins(String text) {
        return Stream.of(
                        text,
                        Normalizer.normalize(text, Form.NFC),
                        Normalizer.normalize(text, Form.NFD),
                        text.toUpperCase(Locale.ROOT),
                        text.toLowerCase(Locale.ROOT))
                .distinct()
                .flatMap(twin ->
                        Stream.of(
                                twin,
                                twin + ",",
                                "\"" + twin + "\"",
                                "(" + twin + ")",
                                ", " + twin));
    }

    private Texts texts(int number) {
        return new Texts(
                prefix + "-O-" + number, prefix + ".P_" + number, words(1 + number % 6), words(2));
    }

    private String words(int count) {
        return Stream.generate(this::word).limit(count).collect(Collectors.joining(" "));
    }

    private String word() {
        int[] letters = ALPHABETS.get(random.nextInt(ALPHABETS.size())).codePoints().toArray();
        return IntStream.range(0, 3 + random.nextInt(4))
                .map(_ -> letters[random.nextInt(letters.length)])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void publish(List<Texts> orders) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (Texts order : orders) {
            var name = new Customer(order.name, Optional.empty(), Optional.empty());
            var item =
                    new OrderItem(
                            order.productId, Optional.of(order.description), 1, Money.of("1"));
            records.add(Events.record(order.orderId, 1, new CustomerRegistered(name, Events.AT)));
            records.add(
                    Events.record(
                            order.orderId,
                            1,
                            new OrderCreated(
                                    new CustomerId(order.orderId),
                                    "EUR",
                                    List.of(item),
                                    Events.AT,
                                    Events.AT)));
        }
        Events.publish(
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
                records);
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        given().get("/projections/order-search").jsonPath().getLong("lag.events")
                                == 0);
    }

    /// 0 when the order is not found. Each has a customer of its own.
    private static double score(Texts order, String words) {
        List<Float> scores =
                given().queryParam("q", words)
                        .queryParam("customerId", order.orderId)
                        .get("/orders/search")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("hits.score");
        return scores.isEmpty() ? 0 : scores.getFirst();
    }
}
