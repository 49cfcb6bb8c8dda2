package orders.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import orders.model.ConsistencyToken.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTokenTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_token_is_read_as_it_was_written(Kind kind) {
        var token = new ConsistencyToken(kind, "a.b_c-1", 42);

        assertEquals(Optional.of(token), ConsistencyToken.decode(token.encode()));
    }

    /// `TzoxOmE` is a real one: `O:1:a`.
    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "TzoxOmE=", "WDoxOmE", "TzowOmE", "TzoxOg", "TzoxOmE!", "Tzox"})
    void anything_else_is_not_a_token(String text) {
        assertEquals(Optional.empty(), ConsistencyToken.decode(text));
    }

    @Test
    void a_token_is_short_and_safe_in_a_header() {
        assertEquals("TzoxOmE", new ConsistencyToken(Kind.ORDER, "a", 1).encode());
    }
}
