package orders.command.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import orders.http.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {

    @Test
    void without_it_any_version_will_do() {
        assertTrue(IfMatch.of(List.of()).includes(7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "\"7\"",
                "\"7.a1\"",
                "\"1\",\"7\"",
                " \"x\" , \"7\" ",
                "\"7\",",
                ", \"7\""
            })
    void these_allow_version_7(String header) {
        assertTrue(IfMatch.of(List.of(header)).includes(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"8\"", "W/\"7\"", "\"07\"", "\"7.\"", "\"x\"", "\"\"", "\"77\""})
    void these_do_not(String header) {
        assertFalse(IfMatch.of(List.of(header)).includes(7));
    }

    @Test
    void a_list_may_be_as_long_as_a_header() {
        String header = "\"x\", ".repeat(2_000) + "\"7\"";

        assertTrue(IfMatch.of(List.of(header)).includes(7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "\"7",
                "7\"",
                "\"7\" \"8\"",
                "*, \"7\"",
                "w/\"7\"",
                ",",
                "\"7\", x"
            })
    void these_are_malformed(String header) {
        assertThrows(InvalidRequest.class, () -> IfMatch.of(List.of(header)));
    }
}
