package orders.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{}{}",
                "{} x",
                "{'reason':1}",
                "{\"reason\":\"\n\"}",
                "nul",
                "{\"reason\":01}",
                "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"
            })
    void what_is_not_one_json_object_is_refused_as_a_whole(String body) {
        var refused =
                assertThrows(
                        InvalidRequest.class,
                        () -> Fields.of(body.getBytes(StandardCharsets.UTF_8)));

        assertEquals(List.of(), refused.violations());
    }

    /// `Aa` and `B@` have one hash in a JSON parser, and so has whatever is made of them.
    @Test
    void names_of_one_hash_are_read_again_and_again() {
        String names =
                IntStream.range(0, 512)
                        .mapToObj(number ->
                                IntStream.range(0, 9)
                                        .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "B@")
                                        .collect(Collectors.joining("", "\"", "\":1")))
                        .collect(Collectors.joining(",", "{", "}"));
        byte[] body = names.getBytes(StandardCharsets.UTF_8);

        for (int time = 1; time <= 3; time++) {
            var refused = assertThrows(InvalidRequest.class, () -> Fields.of(body).done());
            assertEquals(500, refused.violations().size());
        }
    }

    @Test
    void of_a_long_name_the_beginning_is_said() {
        byte[] body = "{\"%s\":1}".formatted("n".repeat(10_000)).getBytes(StandardCharsets.UTF_8);

        var refused = assertThrows(InvalidRequest.class, () -> Fields.of(body).done());

        assertEquals("n".repeat(100), refused.violations().getFirst().field());
    }

    @Test
    void what_is_not_utf_8_is_refused() {
        byte[] latin1 = "{\"reason\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThrows(InvalidRequest.class, () -> Fields.of(latin1));
    }
}
