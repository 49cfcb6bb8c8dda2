package orders.command.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orders.model.CustomerId;
import orders.model.Ids;
import orders.model.Money;
import orders.model.OrderId;

/// What a field must be. Reads a value, or says what is wrong with it.
interface Rule<T> {

    /// What is wrong, in words that follow the field's name.
    final class Broken extends Exception {
        Broken(String message) {
            super(message, null, false, false);
        }
    }

    T read(Json value) throws Broken;

    Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    Pattern AMOUNT = Pattern.compile("[0-9]+(\\.[0-9]{1,2})?");
    Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");
    Set<String> CURRENCIES =
            Currency.getAvailableCurrencies().stream()
                    .map(Currency::getCurrencyCode)
                    .collect(Collectors.toUnmodifiableSet());

    /// What a clock ahead of ours is forgiven.
    Duration TOLERATED_AHEAD = Duration.ofSeconds(60);

    Rule<String> ID =
            value -> {
                if (value instanceof Json.Text(String text) && Ids.isId(text)) {
                    return text;
                }
                throw new Broken(
                        "must be a text of 1 to 64 letters, digits, '.', '_' or '-', beginning with"
                                + " a letter or digit");
            };

    Rule<CustomerId> CUSTOMER_ID = value -> new CustomerId(ID.read(value));

    Rule<OrderId> ORDER_ID =
            value -> {
                String id = ID.read(value);
                if (!OrderId.isOrderId(id)) {
                    throw new Broken("must not be '" + id + "'");
                }
                return new OrderId(id);
            };

    Rule<String> CURRENCY =
            value -> {
                if (value instanceof Json.Text(String text) && CURRENCIES.contains(text)) {
                    return text;
                }
                throw new Broken("must be an upper-case ISO 4217 code like \"EUR\"");
            };

    Rule<String> EMAIL_ADDRESS =
            value -> {
                String email = text(1, 254).read(value);
                if (!EMAIL.matcher(email).matches()) {
                    throw new Broken("must be an e-mail address");
                }
                return email;
            };

    Rule<String> NAME =
            value -> {
                String name = text(1, 200).read(value);
                if (name.isBlank()) {
                    throw new Broken("must not be blank");
                }
                return name;
            };

    /// Counts in code points.
    static Rule<String> text(int min, int max) {
        return value -> {
            if (!(value instanceof Json.Text(String text))) {
                throw new Broken("must be a text");
            }
            int length = text.codePointCount(0, text.length());
            if (length < min || length > max) {
                throw new Broken("must have " + min + " to " + max + " characters");
            }
            if (text.codePoints().anyMatch(Rule::isForbidden)) {
                throw new Broken("must not contain control characters or lone surrogates");
            }
            return text;
        };
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    static Rule<Integer> integer(int min, int max) {
        return value -> {
            if (!(value instanceof Json.Numeral(String literal))
                    || !INTEGER.matcher(literal).matches()) {
                throw new Broken("must be an integer from " + min + " to " + max);
            }
            long number = Long.parseLong(literal);
            if (number < min || number > max) {
                throw new Broken("must be an integer from " + min + " to " + max);
            }
            return (int) number;
        };
    }

    static Rule<Money> money(Money max) {
        return value -> {
            Optional<String> literal =
                    switch (value) {
                        case Json.Text(String text) -> Optional.of(text);
                        case Json.Numeral(String number) -> Optional.of(number);
                        case Json.Members _, Json.Elements _, Json.Bool _, Json.Null _ ->
                                Optional.empty();
                    };
            if (literal.isEmpty() || !AMOUNT.matcher(literal.get()).matches()) {
                throw new Broken("must be an amount like \"12.50\"");
            }
            try {
                Money amount = Money.of(literal.get());
                if (amount.compareTo(max) <= 0) {
                    return amount;
                }
            } catch (ArithmeticException tooLarge) {
                throw new Broken("must be at most " + max);
            }
            throw new Broken("must be at most " + max);
        };
    }

    /// An instant from 1970 on; one that is a little ahead of `now` counts as `now`.
    static Rule<Instant> pastInstant(Instant now) {
        return value -> {
            if (!(value instanceof Json.Text(String text))) {
                throw new Broken("must be an instant like \"2026-01-31T12:00:00Z\"");
            }
            Instant instant;
            try {
                instant = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
            } catch (DateTimeException malformed) {
                throw new Broken("must be an instant like \"2026-01-31T12:00:00Z\"");
            }
            if (instant.isBefore(Instant.EPOCH)) {
                throw new Broken("must not be before 1970");
            }
            if (instant.isAfter(now.plus(TOLERATED_AHEAD))) {
                throw new Broken("must not be in the future");
            }
            return instant.isAfter(now) ? now : instant;
        };
    }

    static Rule<List<Json>> list(int min, int max) {
        return value -> {
            if (!(value instanceof Json.Elements(List<Json> values))
                    || values.size() < min
                    || values.size() > max) {
                throw new Broken("must be a list of " + min + " to " + max);
            }
            return values;
        };
    }
}
