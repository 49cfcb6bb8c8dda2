package orders.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "0,0.00",
        "12,12.00",
        "12.5,12.50",
        "0.07,0.07",
        "500000000000000,500000000000000.00"
    })
    void an_amount_is_written_with_two_decimals(String read, String written) {
        assertEquals(written, Money.of(read).toString());
    }

    @Test
    void a_third_decimal_is_not_rounded_but_refused() {
        assertThrows(ArithmeticException.class, () -> Money.of("0.001"));
    }

    @Test
    void what_does_not_fit_is_refused() {
        assertThrows(ArithmeticException.class, () -> new Money(Long.MAX_VALUE).plus(new Money(1)));
        assertThrows(ArithmeticException.class, () -> new Money(Long.MAX_VALUE).times(2));
        assertThrows(IllegalArgumentException.class, () -> Money.of("-0.01"));
    }
}
