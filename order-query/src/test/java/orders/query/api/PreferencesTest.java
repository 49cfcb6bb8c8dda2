package orders.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=7",
                "Wait=7",
                " wait = \"7\" ",
                "handling=lenient, wait=7",
                "handling=lenient; wait=7",
                "x=\"a, b\", wait=7, wait=8",
                "wait=soon, wait=7",
                "x=\"\\\"\", wait=7",
                ",;wait=7"
            })
    void these_wait_for_7_seconds(String header) {
        assertEquals(Optional.of(Duration.ofSeconds(7)), Preferences.of(List.of(header)).maxWait());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wait",
                "wait=-7",
                "wait=7s",
                "wait=\"7",
                "wait=9999999999",
                "await=7",
                "x=\", wait=7, \"",
                "x=\"; wait=7"
            })
    void these_say_nothing_of_a_wait(String header) {
        assertEquals(Optional.empty(), Preferences.of(List.of(header)).maxWait());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "handling=lenient",
                "Handling=lenient",
                "handling = \"lenient\"",
                "wait=0, handling=lenient",
                "wait=0; handling=lenient"
            })
    void these_are_lenient(String header) {
        assertEquals(true, Preferences.of(List.of(header)).isLenient());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lenient", "handling=strict", "x=\"handling=lenient\""})
    void these_are_strict(String header) {
        assertEquals(false, Preferences.of(List.of(header)).isLenient());
    }

    @Test
    void headers_add_up() {
        var preferences = Preferences.of(List.of("wait=7", "handling=lenient"));

        assertEquals(new Preferences(Optional.of(Duration.ofSeconds(7)), true), preferences);
    }
}
