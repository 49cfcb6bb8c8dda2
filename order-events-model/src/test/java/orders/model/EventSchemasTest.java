package orders.model;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What readers of the topics are promised is what is written, and what was written once can still
/// be read.
class EventSchemasTest {

    private static final Path SCHEMAS = Path.of("src/main/resources/schemas");
    private static final Path SAMPLES = Path.of("src/test/resources/samples");
    private static final Path ASYNC_API = Path.of("../docs/asyncapi.yaml");

    private static final ObjectMapper TREES = new ObjectMapper();

    /// Of each type of JSON, right and wrong in some field, and extremes of what Java can hold; the
    /// empty one is none.
    private static final List<String> VALUES =
            Stream.concat(
                            Stream.of(
                                    "",
                                    "null",
                                    "true",
                                    "[]",
                                    "[1]",
                                    "{}",
                                    "0",
                                    "-1",
                                    "1",
                                    "2",
                                    "3",
                                    "1.9",
                                    "0.5",
                                    "-0.1",
                                    "2147483647",
                                    "2147483648",
                                    "4294967297",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "-2147483649",
                                    "1e400"),
                            Stream.of(
                                            "",
                                            " ",
                                            "1",
                                            "3",
                                            "a",
                                            "search",
                                            "not an id",
                                            "-a",
                                            "x".repeat(64),
                                            "x".repeat(65),
                                            "eur",
                                            "EUR",
                                            "EURO",
                                            "\u00c9UR",
                                            "\u0000",
                                            "\n",
                                            "\ud83c\udf81",
                                            "1.5",
                                            "0.00",
                                            "-1.00",
                                            "1.000",
                                            "1e3",
                                            "\u0663.00",
                                            "NaN",
                                            "9999999999999999.99",
                                            "92233720368547758.07",
                                            "9".repeat(1_000) + ".00",
                                            Instant.MAX.toString(),
                                            Instant.MIN.toString(),
                                            "+10000-01-01T00:00:00Z",
                                            "300000-01-01T00:00:00Z",
                                            "0000-12-31T23:59:59Z",
                                            "0001-01-01T00:00:00Z",
                                            "9999-12-31T23:59:59.999999999Z",
                                            "9999-12-31T24:00:00Z",
                                            "2026-02-30T12:00:00Z",
                                            "2026-01-31T12:00:00",
                                            "2026-01-31T12:00:00z",
                                            "2026-01-31T12:00:00+01:00",
                                            "2026-01-31")
                                    .map(text -> TextNode.valueOf(text).toString()))
                    .toList();

    /// Readers ignore fields that they do not know, but none is written that is not described.
    private static final SchemaRegistry STRICT =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    registry ->
                            registry.schemas(EventSchemasTest::strict)
                                    .schemaRegistryConfig(
                                            SchemaRegistryConfig.builder()
                                                    .formatAssertionsEnabled(true)
                                                    .build()));

    /// An event as it is written.
    ///
    /// @param shape type and schemaVersion, like `OrderCreated-2`
    record Written(String shape, String json) {

        private static final Pattern SCHEMA_VERSION = Pattern.compile("\"schemaVersion\":(\\d+)");

        static Written of(OrderEvent event) {
            return of(
                    EventCodec.typeOf(event),
                    EventCodec.encode(new OrderId("4711"), 1_000_000, event));
        }

        static Written of(CustomerEvent event) {
            return of(
                    EventCodec.typeOf(event), EventCodec.encode(new CustomerId("17850"), 1, event));
        }

        /// Not so when it says that it is of another shape that there is.
        boolean isOfShape(JsonNode other) {
            int number = Integer.parseInt(shape.substring(shape.indexOf('-') + 1));
            JsonNode said = other.path("schemaVersion");
            return !said.isInt() || said.intValue() >= number || said.intValue() < 1;
        }

        private static Written of(String type, String json) {
            var version = SCHEMA_VERSION.matcher(json).results().findFirst().orElseThrow();
            return new Written(type + "-" + version.group(1), json);
        }
    }

    static List<Written> written() {
        return Stream.concat(
                        EventCodecTest.orderEvents().stream().map(Written::of),
                        EventCodecTest.customerEvents().stream().map(Written::of))
                .toList();
    }

    static Set<String> olderShapes() {
        Set<String> older = shapes();
        written().forEach(event -> older.remove(event.shape()));
        return older;
    }

    @ParameterizedTest
    @MethodSource("written")
    void an_event_is_written_as_its_schema_says(Written event) {
        assertValid(event);
    }

    @ParameterizedTest
    @MethodSource("olderShapes")
    void a_sample_of_each_older_shape_is_read_as_the_newest_one(String shape) throws IOException {
        byte[] sample = Files.readAllBytes(SAMPLES.resolve(shape + ".json"));
        String type = shape.substring(0, shape.indexOf('-'));

        assertValid(new Written(shape, Files.readString(SAMPLES.resolve(shape + ".json"))));
        assertValid(
                type.startsWith("Order")
                        ? Written.of(EventCodec.decodeOrderEvent(type, sample))
                        : Written.of(EventCodec.decodeCustomerEvent(type, sample)));
    }

    @Test
    void an_event_is_read_exactly_when_its_schema_permits_it() throws IOException {
        List<String> differing = new ArrayList<>();
        int tried = 0;
        for (Written event : written()) {
            for (ObjectNode changed : withOneChange(event)) {
                tried++;
                boolean isPermitted = isPermitted(event.shape(), changed.toString());
                if (isPermitted != isRead(event.shape(), changed.toString())) {
                    differing.add(event.shape() + " " + changed);
                }
            }
        }

        assertEquals(List.of(), differing);
        assertTrue(tried > 4_000, "only " + tried + " were tried");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A lone surrogate, which no UTF-8 has.
                "{'schemaVersion':1,'orderId':'a','version':1,'at':'2026-01-31T12:00:00Z','reason':'\\ud800'}",
                "{'schemaVersion':1,'orderId':'a','version':1,'at':'2026-01-31T12:00:00Z','reason':'a','reason':'b'}",
                "{'schemaVersion':1,'orderId':'a','version':1,'at':'2026-01-31T12:00:00Z','reason':'a'} more",
                "{'schemaVersion':1,'orderId':'a','version':1.0,'at':'2026-01-31T12:00:00Z','reason':'a'}",
                "{'schemaVersion':1,'orderId':'a','version':1e0,'at':'2026-01-31T12:00:00Z','reason':'a'}"
            })
    void what_no_schema_can_say_is_refused_too(String json) {
        assertFalse(isRead("OrderCancelled-1", json.replace('\'', '"')));
    }

    /// Each field, and each element of an array, removed once and replaced by each of [#VALUES].
    private static List<ObjectNode> withOneChange(Written event) throws IOException {
        List<ObjectNode> changed = new ArrayList<>();
        for (String path : paths(TREES.readTree(event.json()), "")) {
            for (String value : VALUES) {
                ObjectNode copy = (ObjectNode) TREES.readTree(event.json());
                int last = path.lastIndexOf('/');
                JsonNode parent = copy.at(path.substring(0, last));
                String name = path.substring(last + 1);
                if (parent instanceof ArrayNode array) {
                    array.set(Integer.parseInt(name), TREES.readTree(value));
                } else if (value.isEmpty()) {
                    ((ObjectNode) parent).remove(name);
                } else {
                    ((ObjectNode) parent).set(name, TREES.readTree(value));
                }
                if (event.isOfShape(copy)) {
                    changed.add(copy);
                }
            }
        }
        return changed;
    }

    private static List<String> paths(JsonNode node, String at) {
        List<String> paths = new ArrayList<>();
        if (node.isObject()) {
            node.fieldNames().forEachRemaining(name -> paths.add(at + "/" + name));
        }
        IntStream.range(0, node.isArray() ? node.size() : 0).forEach(i -> paths.add(at + "/" + i));
        List<String> below =
                paths.stream()
                        .flatMap(path -> paths(node.at(path.substring(at.length())), path).stream())
                        .toList();
        paths.addAll(below);
        return paths;
    }

    private static boolean isPermitted(String shape, String json) {
        var schema = STRICT.getSchema(SchemaLocation.of(SCHEMAS + "/" + shape + ".json"));
        return schema.validate(json, InputFormat.JSON).isEmpty();
    }

    private static boolean isRead(String shape, String json) {
        String type = shape.substring(0, shape.indexOf('-'));
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        try {
            if (type.startsWith("Order")) {
                EventCodec.decodeOrderEvent(type, value);
            } else {
                EventCodec.decodeCustomerEvent(type, value);
            }
            return true;
        } catch (UnreadableEvent refused) {
            return false;
        }
    }

    @Test
    void every_type_of_event_is_among_those_that_are_tried() {
        assertEquals(
                Stream.of(OrderEvent.class, CustomerEvent.class)
                        .flatMap(family -> Stream.of(family.getPermittedSubclasses()))
                        .collect(toSet()),
                Stream.of(EventCodecTest.orderEvents(), EventCodecTest.customerEvents())
                        .flatMap(List::stream)
                        .map(Object::getClass)
                        .collect(toSet()));
    }

    @Test
    void the_async_api_document_refers_to_each_schema() throws IOException {
        Set<String> referred =
                Pattern.compile("\\$ref: '\\.\\./order-events-model/" + SCHEMAS + "/(.*)\\.json'")
                        .matcher(Files.readString(ASYNC_API))
                        .results()
                        .map(reference -> reference.group(1))
                        .collect(toSet());

        assertEquals(shapes(), referred);
    }

    private static void assertValid(Written event) {
        var schema = STRICT.getSchema(SchemaLocation.of(SCHEMAS + "/" + event.shape() + ".json"));

        assertEquals(List.of(), schema.validate(event.json(), InputFormat.JSON));
    }

    private static Set<String> shapes() {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(name -> !name.equals("definitions"))
                    .collect(toCollection(TreeSet::new));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String strict(String location) {
        try {
            return Files.readString(Path.of(location))
                    .replace(
                            "\"type\": \"object\"",
                            "\"type\": \"object\", \"additionalProperties\": false");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
