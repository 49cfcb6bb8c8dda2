package orders.command.api;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orders.http.Json;
import orders.http.Rule;
import orders.http.Rule.Broken;
import orders.model.CustomerId;
import orders.model.Ids;
import orders.model.Money;
import orders.model.OrderId;

/// What the fields of commands must be.
final class Rules {

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]+(\\.[0-9]{1,2})?");

    /// More digits than any amount that is allowed; a number takes long to read when it has many.
    private static final int LONGEST_AMOUNT = 20;

    private static final Pattern BLANK = Pattern.compile("\\p{IsWhite_Space}*");
    private static final Pattern EMAIL =
            Pattern.compile("[^\\p{IsWhite_Space}@]+@[^\\p{IsWhite_Space}@]+");
    private static final Set<String> CURRENCIES =
            Currency.getAvailableCurrencies().stream()
                    .map(Currency::getCurrencyCode)
                    .collect(Collectors.toUnmodifiableSet());

    /// What a clock ahead of ours is forgiven.
    private static final Duration TOLERATED_AHEAD = Duration.ofSeconds(60);

    static final Rule<String> ID =
            value -> {
                if (value instanceof Json.Text(String text) && Ids.isId(text)) {
                    return text;
                }
                throw new Broken(
                        "must be a text of 1 to 64 letters, digits, '.', '_' or '-', beginning with"
                                + " a letter or digit");
            };

    static final Rule<CustomerId> CUSTOMER_ID = value -> new CustomerId(ID.read(value));

    static final Rule<OrderId> ORDER_ID =
            value -> {
                String id = ID.read(value);
                if (!OrderId.isOrderId(id)) {
                    throw new Broken("must not be '" + id + "'");
                }
                return new OrderId(id);
            };

    static final Rule<String> CURRENCY =
            value -> {
                if (value instanceof Json.Text(String text) && CURRENCIES.contains(text)) {
                    return text;
                }
                throw new Broken("must be an upper-case ISO 4217 code like \"EUR\"");
            };

    static final Rule<String> EMAIL_ADDRESS =
            value -> {
                String email = Rule.text(1, 254).read(value);
                if (!EMAIL.matcher(email).matches()) {
                    throw new Broken("must be an e-mail address");
                }
                return email;
            };

    static final Rule<String> NAME =
            value -> {
                String name = Rule.text(1, 200).read(value);
                if (BLANK.matcher(name).matches()) {
                    throw new Broken("must not be blank");
                }
                return name;
            };

    private Rules() {}

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
            if (literal.get().length() <= LONGEST_AMOUNT) {
                BigDecimal amount = new BigDecimal(literal.get());
                if (amount.compareTo(max.toBigDecimal()) <= 0) {
                    return Money.of(amount);
                }
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
}
