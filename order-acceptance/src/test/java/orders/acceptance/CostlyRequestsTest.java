package orders.acceptance;

import static orders.acceptance.RunningSystem.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Requests as large as they may be and made to cost as much as they can: they are refused soon, in
/// few words, and hold up nobody.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class CostlyRequestsTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int MOST_ANSWERED = 100 * 1024;

    /// A little less than a body may have.
    private static final int LARGE = 1_000_000;

    /// As many bytes of headers as there may be, but for the others.
    private static final int LONG_HEADER = 7_000;

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final String ORDER = "/orders/{order}";
    private static final String DISCARD =
            "/projections/order-summaries/dead-letters/order-events-0-0/discard";
    private static final List<String> LETTERS = List.of("x", "9", "\u00e9", " ", "\\u0041", "\\\"");

    record Request(
            String name,
            boolean isRead,
            String method,
            String path,
            String body,
            Map<String, String> headers) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Request> BODIES =
            Stream.of(
                            fields(
                                    "POST",
                                    "/orders",
                                    "customerId",
                                    "orderId",
                                    "currency",
                                    "orderedAt"),
                            fields(
                                    "POST",
                                    ORDER + "/items",
                                    "productId",
                                    "description",
                                    "unitPrice",
                                    "quantity"),
                            fields("POST", ORDER + "/payment", "method", "amount", "reference"),
                            fields("POST", ORDER + "/ship", "carrier", "trackingNumber", "address"),
                            fields("POST", ORDER + "/cancel", "reason"),
                            fields("PUT", "/customers/ada", "name", "email", "country"),
                            numbers("/orders", "customerId"),
                            numbers(ORDER + "/items", "quantity"),
                            numbers(ORDER + "/items", "unitPrice"),
                            numbers(ORDER + "/payment", "amount"),
                            Stream.of("/orders", ORDER + "/cancel", ORDER + "/submit")
                                    .flatMap(CostlyRequestsTest::shapes))
                    .flatMap(requests -> requests)
                    .toList();

    static final List<Request> READS =
            Stream.concat(
                            LETTERS.stream()
                                    .map(letter ->
                                            read(
                                                    "a reason of many " + letter,
                                                    "POST",
                                                    DISCARD,
                                                    "{\"reason\": \"" + large(letter) + "\"}",
                                                    JSON)),
                            shapes(DISCARD)
                                    .map(each ->
                                            read(
                                                    each.name,
                                                    "POST",
                                                    DISCARD,
                                                    each.body,
                                                    each.headers)))
                    .toList();

    static final List<Request> HEADERS =
            Stream.of(
                            "If-None-Match",
                            "If-Match",
                            "Prefer",
                            "Consistency-Token",
                            "Accept",
                            "Accept-Encoding",
                            "Accept-Language",
                            "Cache-Control",
                            "Idempotency-Key",
                            "Last-Event-ID",
                            "Correlation-Id",
                            "traceparent",
                            "X-Forwarded-For",
                            "Cookie")
                    .flatMap(header ->
                            Stream.of("\"1\",", "wait=1;", "a,", ",", "\"", "W/\"", "a=\"b\\\\\";")
                                    .flatMap(part ->
                                            Stream.of(
                                                    read(
                                                            "a read with many %s in %s"
                                                                    .formatted(part, header),
                                                            "GET",
                                                            ORDER,
                                                            "",
                                                            Map.of(
                                                                    header,
                                                                    repeated(part, LONG_HEADER))),
                                                    new Request(
                                                            "a command with many %s in %s"
                                                                    .formatted(part, header),
                                                            false,
                                                            "POST",
                                                            ORDER + "/submit",
                                                            "",
                                                            Map.of(
                                                                    header,
                                                                    repeated(part, LONG_HEADER))))))
                    .toList();

    private final RunningSystem system;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String orderId = unique("order");

    CostlyRequestsTest(RunningSystem system) {
        this.system = system;
    }

    @ParameterizedTest
    @FieldSource({"BODIES", "READS"})
    void a_body_that_costs_much_is_refused_in_few_words(Request request) throws Exception {
        HttpResponse<String> answer = answerBesideAnother(request);

        assertTrue(answer.statusCode() >= 400 && answer.statusCode() < 500, answer::toString);
        assertEquals(answer.statusCode(), JsonPath.from(answer.body()).getInt("status"));
        assertTrue(
                answer.body().length() <= MOST_ANSWERED, () -> answer.body().length() + " bytes");
    }

    @ParameterizedTest
    @FieldSource("HEADERS")
    void a_header_that_costs_much_is_answered(Request request) throws Exception {
        HttpResponse<String> answer = answerBesideAnother(request);

        assertTrue(answer.statusCode() < 500, answer::toString);
    }

    private HttpResponse<String> answerBesideAnother(Request request) throws Exception {
        URI service = request.isRead ? system.queryUri() : system.commandUri();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(of(service, request), BodyHandlers.ofString());
        HttpResponse<String> beside =
                client.send(
                        HttpRequest.newBuilder(service.resolve("/problems/not-found"))
                                .timeout(SOON)
                                .build(),
                        BodyHandlers.ofString());

        assertEquals(200, beside.statusCode());
        return answer.get();
    }

    private HttpRequest of(URI service, Request request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(service.resolve(request.path.replace("{order}", orderId)))
                        .timeout(SOON)
                        .method(request.method, BodyPublishers.ofString(request.body));
        request.headers.forEach(builder::header);
        return builder.build();
    }

    private static Stream<Request> fields(String method, String path, String... names) {
        return Stream.of(names)
                .flatMap(name ->
                        LETTERS.stream()
                                .map(letter ->
                                        json(
                                                "%s %s with many %s in %s"
                                                        .formatted(method, path, letter, name),
                                                method,
                                                path,
                                                "{\"%s\": \"%s\"}"
                                                        .formatted(name, large(letter)))));
    }

    private static Stream<Request> numbers(String path, String name) {
        return Stream.of(large("9"), "0." + large("0"), "1e" + large("9"), "-" + large("1"))
                .map(number ->
                        json(
                                "%s with %s... as %s".formatted(path, number.substring(0, 3), name),
                                "POST",
                                path,
                                "{\"%s\": %s}".formatted(name, number)));
    }

    private static Stream<Request> shapes(String path) {
        return Stream.of(
                json("deep objects to " + path, "POST", path, repeated("{\"a\":", LARGE)),
                json("deep lists to " + path, "POST", path, "{\"a\":" + repeated("[", LARGE)),
                json(
                        "a long list to " + path,
                        "POST",
                        path,
                        "{\"items\": [" + repeated("{},", LARGE) + "{}]}"),
                json(
                        "a long list of numbers to " + path,
                        "POST",
                        path,
                        "{\"items\": [" + repeated("1,", LARGE) + "1]}"),
                json("many fields to " + path, "POST", path, object(i -> "f" + i, 80_000)),
                json("a field many times to " + path, "POST", path, object(_ -> "reason", 80_000)),
                json(
                        "names of one hash to " + path,
                        "POST",
                        path,
                        object(CostlyRequestsTest::ofOneHash, 16_000)),
                json("a long name to " + path, "POST", path, "{\"" + large("n") + "\": 1}"));
    }

    /// `Aa` and `BB` have the same hash, and so has all that is made of them.
    private static String ofOneHash(int number) {
        return IntStream.range(0, 14)
                .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    private static String object(IntFunction<String> name, int fields) {
        return IntStream.range(0, fields)
                .mapToObj(i -> "\"" + name.apply(i) + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Request json(String name, String method, String path, String body) {
        return new Request(name, false, method, path, body, JSON);
    }

    private static Request read(
            String name, String method, String path, String body, Map<String, String> headers) {
        return new Request(name, true, method, path, body, headers);
    }

    private static String large(String part) {
        return repeated(part, LARGE);
    }

    private static String repeated(String part, int length) {
        int bytes = part.getBytes(StandardCharsets.UTF_8).length;
        return part.repeat(length / bytes);
    }
}
