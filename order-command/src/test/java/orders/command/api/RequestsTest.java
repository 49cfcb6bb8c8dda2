package orders.command.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import orders.http.InvalidRequest;
import orders.http.Violation;
import orders.model.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        String body =
                """
                {"typo":null,"currency":"euro","items":[
                  {"productId":"p","quantity":1,"unitPrice":"1.999"},
                  {"productId":"p","quantity":1,"quantity":1,"unitPrice":"1"}]}\
                """;

        assertEquals(
                Set.of("typo", "customerId", "currency", "items[0].unitPrice", "items[1].quantity"),
                Set.copyOf(fieldsOf(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1\"",
                "1.0",
                "1e0",
                "0",
                "1000001",
                "-1",
                "true",
                "[]",
                "99999999999999999999"
            })
    void these_are_no_quantities(String quantity) {
        assertEquals(List.of("items[0].quantity"), fieldsOf(order(quantity, "1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1.\"",
                "\".5\"",
                "\"1.999\"",
                "1.999",
                "1e2",
                "1.5E1",
                "-1",
                "\"-1\"",
                "\"1,5\"",
                "1000000.01",
                "\"99999999999999999999\"",
                "true",
                "\" 1\"",
                "\"+1\"",
                "\"00000000000000000000000001\""
            })
    void these_are_no_prices(String price) {
        assertEquals(List.of("items[0].unitPrice"), fieldsOf(order("1", price)));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1000000.00,1000000", "12.5,12.50", "'\"0.07\"',0.07"})
    void these_are_prices(String price, String read) {
        var command = Requests.newOrder(utf8(order("1", price)), NOW).command();

        assertEquals(Money.of(read), command.items().getFirst().unitPrice());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:01:00Z,2026-01-31T12:00:00Z",
        "2010-12-01T08:26:00Z,2010-12-01T08:26:00Z",
        "2010-12-01T09:26:00+01:00,2010-12-01T08:26:00Z",
        "1970-01-01T00:00:00Z,1970-01-01T00:00:00Z"
    })
    void an_order_may_be_older_than_its_command_and_a_minute_ahead(String given, Instant read) {
        String body = orderedAt(given);

        assertEquals(read, Requests.newOrder(utf8(body), NOW).command().orderedAt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:01:00.001Z",
                "1969-12-31T23:59:59Z",
                "2026-01-31",
                "yesterday",
                "+1000000000-12-31T23:59:59Z"
            })
    void these_are_no_times_of_an_order(String given) {
        String body = orderedAt(given);

        assertEquals(List.of("orderedAt"), fieldsOf(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\\n", "\\u007f", "\\u0085", "\\ud800", "\\udc00x"})
    void these_are_no_reasons(String reason) {
        assertEquals(
                List.of("reason"),
                violations(() -> Requests.cancel(utf8("{\"reason\":\"" + reason + "\"}"), NOW)));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\u00a0", "\u2003\u3000", " \u202f "})
    void these_are_no_names(String name) {
        assertEquals(
                List.of("name"),
                violations(() -> Requests.customer(utf8("{\"name\":\"" + name + "\"}"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "@", "a@", "a@b c", "a@b\u00a0c", "a@\u3000"})
    void these_are_no_email_addresses(String email) {
        assertEquals(
                List.of("email"),
                violations(() ->
                        Requests.customer(utf8("{\"name\":\"Ada\",\"email\":\"" + email + "\"}"))));
    }

    /// Of whatever length: what is read in earnest is short.
    @Test
    void an_amount_of_a_million_digits_is_refused() {
        String amount = "9".repeat(1_000_000);

        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () ->
                        assertEquals(
                                List.of("amount"),
                                violations(() ->
                                        Requests.payment(
                                                utf8(
                                                        "{\"method\":\"card\",\"amount\":\""
                                                                + amount
                                                                + "\"}"),
                                                NOW))));
    }

    @Test
    void texts_are_counted_in_code_points() {
        String gifts = "🎁".repeat(500);

        assertEquals(gifts, Requests.cancel(utf8("{\"reason\":\"" + gifts + "\"}"), NOW).reason());
        assertEquals(
                List.of("reason"),
                violations(() -> Requests.cancel(utf8("{\"reason\":\"🎁" + gifts + "\"}"), NOW)));
    }

    @Test
    void null_is_the_same_as_absent() {
        var asked =
                Requests.newOrder(
                        utf8(
                                order("1", "1")
                                        .replace(
                                                "{\"customerId\"",
                                                "{\"orderId\":null,\"customerId\"")),
                        NOW);

        assertEquals(Optional.empty(), asked.orderId());
    }

    private static String order(String quantity, String price) {
        return "{\"customerId\":\"ada\",\"items\":[{\"productId\":\"p\",\"quantity\":%s,\"unitPrice\":%s}]}"
                .formatted(quantity, price);
    }

    private static String orderedAt(String instant) {
        return order("1", "1").replace("{\"cust", "{\"orderedAt\":\"" + instant + "\",\"cust");
    }

    private static List<String> fieldsOf(String order) {
        return violations(() -> Requests.newOrder(utf8(order), NOW));
    }

    private static List<String> violations(Executable reading) {
        return assertThrows(InvalidRequest.class, reading).violations().stream()
                .map(Violation::field)
                .toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
