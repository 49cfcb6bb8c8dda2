package orders.model;

import java.math.BigDecimal;

/// An exact, not negative amount in hundredths of a currency unit; the order says which currency.
///
/// @param cents hundredths, 0 or more
public record Money(long cents) implements Comparable<Money> {

    /// Nothing.
    public static final Money ZERO = new Money(0);

    /// Checks the range.
    ///
    /// @throws IllegalArgumentException when negative
    public Money {
        if (cents < 0) {
            throw new IllegalArgumentException("negative amount: " + cents);
        }
    }

    /// Reads `12`, `12.5` or `12.50`.
    ///
    /// @throws ArithmeticException when `text` has more than two decimals or does not fit
    /// @throws NumberFormatException when `text` is not a decimal number
    public static Money of(String text) {
        return of(new BigDecimal(text));
    }

    /// The amount in hundredths.
    ///
    /// @throws ArithmeticException when `amount` has more than two decimals or does not fit
    public static Money of(BigDecimal amount) {
        return new Money(amount.movePointRight(2).longValueExact());
    }

    /// The sum.
    ///
    /// @throws ArithmeticException when it does not fit
    public Money plus(Money other) {
        return new Money(Math.addExact(cents, other.cents));
    }

    /// The product.
    ///
    /// @throws ArithmeticException when it does not fit
    public Money times(long quantity) {
        return new Money(Math.multiplyExact(cents, quantity));
    }

    /// The amount with two decimals, for databases.
    public BigDecimal toBigDecimal() {
        return BigDecimal.valueOf(cents, 2);
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(cents, other.cents);
    }

    /// Always with two decimals: `12.50`.
    @Override
    public String toString() {
        return toBigDecimal().toPlainString();
    }
}
