package orders.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "Search", "streams", "search.stream-1_2"})
    void these_are_order_ids(String id) {
        assertEquals(id, new OrderId(id).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"search", "stream", "", "-a", "a b", "ä"})
    void these_are_not(String id) {
        assertThrows(IllegalArgumentException.class, () -> new OrderId(id));
    }
}
