package orders.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
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

    @Test
    void what_is_not_utf_8_is_refused() {
        byte[] latin1 = "{\"reason\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThrows(InvalidRequest.class, () -> Fields.of(latin1));
    }
}
