package orders.model;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What readers of the topics are promised is what is written, and what was written once can still
/// be read.
class EventSchemasTest {

    private static final Path SCHEMAS = Path.of("src/main/resources/schemas");
    private static final Path SAMPLES = Path.of("src/test/resources/samples");
    private static final Path ASYNC_API = Path.of("../docs/asyncapi.yaml");

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
