package orders.query.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Questions to 500 real orders, with the answers that a reader of the file would give: the orders
/// are the numbers of invoices.
@QuarkusTest
@QuarkusTestResource(QueryStack.class)
class SearchQuestionsTest {

    private static final Path FILE = Path.of("../samples/online-retail-500.ndjson");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A time of their own keeps the orders apart from those of other tests.
    private static final int YEAR = 1990;

    private static final String PREFIX = "q" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private static boolean isFed;

    @BeforeEach
    void feed() throws Exception {
        if (isFed) {
            return;
        }
        List<JsonNode> orders = new ArrayList<>();
        for (String line : Files.readAllLines(FILE)) {
            orders.add(JSON.readTree(line));
        }
        Map<String, JsonNode> byCustomer = new LinkedHashMap<>();
        orders.forEach(order -> byCustomer.put(order.path("customerId").textValue(), order));
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        byCustomer.forEach((id, order) ->
                records.add(
                        Events.record(
                                PREFIX + id,
                                1,
                                new CustomerRegistered(
                                        new Customer(
                                                id.equals("12433")
                                                        ? "Grace Hopper"
                                                        : "Customer " + id,
                                                Optional.empty(),
                                                Optional.of(order.path("country").textValue())),
                                        Events.AT))));
        for (JsonNode order : orders) {
            String id = PREFIX + order.path("invoice").textValue();
            records.add(Events.record(id, 1, created(order)));
            if (order.path("cancelled").booleanValue()) {
                records.add(Events.record(id, 2, Events.CANCELLED));
            }
        }
        Events.publish(
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
                records);
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        given().get("/projections/order-search").jsonPath().getLong("lag.events")
                                == 0);
        isFed = true;
    }

    private static OrderCreated created(JsonNode order) {
        return new OrderCreated(
                new CustomerId(PREFIX + order.path("customerId").textValue()),
                "GBP",
                StreamSupport.stream(order.path("items").spliterator(), false)
                        .map(item ->
                                new OrderItem(
                                        item.path("productId").textValue().replace(' ', '-'),
                                        Optional.of(item.path("description").textValue()),
                                        item.path("quantity").intValue(),
                                        Money.of(item.path("unitPrice").textValue())))
                        .toList(),
                Instant.parse(order.path("invoicedAt").textValue())
                        .atOffset(ZoneOffset.UTC)
                        .withYear(YEAR)
                        .toInstant(),
                Events.AT);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "hand warmer red polka dot, 536366",
                "RED POLKA DOT hand warmer, 536366",
                "|feather pen,coal black|, 536559",
                "letter \"S\" bling key ring, 536591",
                "chrysanthemum, 536595",
                "crysanthemum, 536595",
                "skechbook crysantemum, 536595",
                "swis chalet, 536569",
                "edwardian parasol red, 536531",
                "black parasol edwardian, 536396",
                "babushka nesting boxes, 536562 536609 536630 537770 C536622",
                "babuschka nestign boxes, 536562 536609 536630 537770 C536622",
                "doormatt topiari, 536560",
                "alphabet vintage bloks, 536367",
                "sleeping cat erasers, 536587",
                "white hanging heart t-light holder, 536396 536542 536576 537051",
                "paper chain kit 50's christmas, 536402 536415 536769",
                "85123a, 536396 536542 536576",
                "22632, 536366 536522 536567 537158 537224",
                "measurng tape babushka, 536528",
                "grace hoper, 536532 537868"
            })
    void the_first_hits_are_what_a_reader_of_the_file_expects(String words, String expected) {
        List<String> first = List.of(expected.split(" "));

        assertEquals(first, invoices(ask(words, "").getList("hits.orderId"), first.size()));
    }

    @Test
    void an_order_is_found_by_its_id() {
        String id = PREFIX + "536587";

        assertEquals(id, ask(id, "").getString("hits[0].orderId"));
        assertEquals(id, ask(id.toUpperCase(Locale.ROOT), "").getString("hits[0].orderId"));
    }

    @Test
    void all_that_is_found_is_counted_by_status_country_and_product() {
        JsonPath answer = ask("babushka", "");

        assertEquals(23, answer.getInt("total"));
        assertEquals(
                Map.of("United Kingdom", 21, "France", 1, "Germany", 1),
                answer.getMap("facets.country"));
        assertEquals(Map.of("CREATED", 22, "CANCELLED", 1), answer.getMap("facets.status"));
        assertEquals(
                List.of("C536622"),
                invoices(ask("babushka", "&country=Germany").getList("hits.orderId"), 10));
        assertEquals(2, ask("heart", "&status=CANCELLED").getInt("total"));
    }

    @Test
    void without_words_all_that_the_filters_let_through_is_found() {
        JsonPath answer = ask(null, "");

        assertEquals(500, answer.getInt("total"));
        assertEquals(458, answer.getInt("facets.country.'United Kingdom'"));
        assertEquals(Map.of("CREATED", 482, "CANCELLED", 18), answer.getMap("facets.status"));
        assertEquals(50, answer.getMap("facets.product").size());
    }

    private static JsonPath ask(String words, String filter) {
        var question = given();
        if (words != null) {
            question.queryParam("q", words);
        }
        return question.get(
                        "/orders/search?from=%d-01-01&to=%d-01-01%s"
                                .formatted(YEAR, YEAR + 1, filter))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static List<String> invoices(List<String> orderIds, int limit) {
        return orderIds.stream().limit(limit).map(id -> id.substring(PREFIX.length())).toList();
    }
}
