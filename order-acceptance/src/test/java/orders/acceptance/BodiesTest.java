package orders.acceptance;

import static io.restassured.RestAssured.given;
import static orders.acceptance.RunningSystem.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Every way to send a body, or none, to every call of both services. The calls are those that the
/// services themselves describe, so that none is forgotten.
@ExtendWith(WithRunningSystem.class)
@ResourceLock(value = "services", mode = ResourceAccessMode.READ)
class BodiesTest {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);
    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private static final String JSON = "Content-Type: application/json";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final String MULTIPART = "Content-Type: multipart/form-data";
    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final String EXPECT = "Expect: 100-continue";

    private static final String PARTS =
            """
            --x
            Content-Disposition: form-data; name="reason"

            why not
            --x
            Content-Disposition: form-data; name="file"; filename="a.json"
            Content-Type: application/json

            {}
            --x--
            """
                    .replace("\n", "\r\n");

    /// Objects, and what counts as an empty one. Whether its fields are right depends on the call.
    private static final List<Body> OBJECTS =
            List.of(
                    body("no body", ""),
                    body("no body but a type", "", MULTIPART),
                    body("an empty body", "", "Content-Length: 0"),
                    body("an empty body of JSON", "", JSON, "Content-Length: 0"),
                    body("an empty form", "", FORM, "Content-Length: 0"),
                    body("an empty multipart form", "", MULTIPART, "Content-Length: 0"),
                    body("an empty body in chunks", "0\r\n\r\n", CHUNKED),
                    body("no body after 100 Continue", "", EXPECT),
                    body("an empty body after 100 Continue", "", EXPECT, "Content-Length: 0"),
                    sized("an object", "{}", JSON),
                    sized("an object in UTF-8", "{}", JSON + ";charset=utf-8"),
                    chunked("an object in chunks", "{}", JSON),
                    sized("an object after 100 Continue", "{}", JSON, EXPECT),
                    chunked("an object in chunks after 100 Continue", "{}", JSON, EXPECT));

    private static final List<Body> MALFORMED =
            List.of(
                    sized("null", "null", JSON),
                    chunked("null in chunks", "null", JSON),
                    sized("null after 100 Continue", "null", JSON, EXPECT),
                    sized("a list", "[]", JSON),
                    sized("a number", "0", JSON),
                    sized("a text", "\"{}\"", JSON),
                    sized("a space", " ", JSON),
                    sized("broken JSON", "{\"reason\": ", JSON),
                    sized("two objects", "{}{}", JSON),
                    sized("an unknown field", "{\"notAField\": null}", JSON),
                    sized("an unknown expectation", "{}", JSON, "Expect: kindness"));

    private static final List<Body> NOT_JSON =
            List.of(
                    sized("JSON without a type", "{}"),
                    chunked("JSON without a type in chunks", "{}"),
                    sized("JSON without a type after 100 Continue", "{}", EXPECT),
                    sized("text", "{}", "Content-Type: text/plain"),
                    sized("a type that is none", "{}", "Content-Type: json"),
                    sized("an empty type", "{}", "Content-Type:"),
                    sized("JSON lines", "{}", "Content-Type: application/jsonl"),
                    sized("a form", "reason=x", FORM),
                    sized("a broken form", "%zz=%", FORM),
                    chunked("a form in chunks", "reason=x", FORM),
                    sized("a form in another case", "a=b", FORM.toUpperCase(Locale.ROOT)),
                    sized("a multipart form", PARTS, MULTIPART + "; boundary=x"),
                    chunked("a multipart form in chunks", PARTS, MULTIPART + "; boundary=x"),
                    sized("a multipart form after 100", PARTS, MULTIPART + "; boundary=x", EXPECT),
                    sized("a multipart form without end", "--x\r\n", MULTIPART + "; boundary=x"),
                    sized("a multipart form of JSON", "{}", MULTIPART + "; boundary=x"),
                    sized("a multipart form without a boundary", PARTS, MULTIPART));

    /// A body as it stands on the wire, and what the head says of it.
    private record Body(String name, String bytes, List<String> headers) {}

    /// A call of a service, by its template.
    private record Call(URI service, String method, String path) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private record Answer(String to, int status, String type, String body) {}

    private final RunningSystem system;
    private final String customerId = unique("customer");
    private final Map<String, String> pathParameters =
            Map.of(
                    "orderId",
                    unique("order"),
                    "customerId",
                    customerId,
                    "name",
                    "order-summaries",
                    "id",
                    "order-events-0-999999999",
                    "slug",
                    "not-found");

    BodiesTest(RunningSystem system) {
        this.system = system;
    }

    @TestFactory
    Stream<DynamicNode> every_call_answers_whatever_its_body() {
        new Api(system).createOrder(pathParameters.get("orderId"), customerId);
        return Stream.of(system.commandUri(), system.queryUri())
                .flatMap(BodiesTest::calls)
                .map(call ->
                        dynamicContainer(
                                call + " answers",
                                CHANGING.contains(call.method) ? tests(call) : readTests(call)));
    }

    private Stream<DynamicTest> tests(Call call) {
        Stream<DynamicTest> objects =
                OBJECTS.stream()
                        .map(body -> dynamicTest(body.name, () -> assertAnswered(call, body)));
        Stream<DynamicTest> malformed =
                MALFORMED.stream()
                        .map(body ->
                                dynamicTest(
                                        body.name + " with 400",
                                        () -> assertRefused(400, "invalid-request", call, body)));
        Stream<DynamicTest> notJson =
                NOT_JSON.stream()
                        .map(body ->
                                dynamicTest(
                                        body.name + " with 415",
                                        () ->
                                                assertRefused(
                                                        415,
                                                        "unsupported-media-type",
                                                        call,
                                                        body)));
        return Stream.of(objects, malformed, notJson).flatMap(tests -> tests);
    }

    /// A read has no use for a body, whatever it is.
    private Stream<DynamicTest> readTests(Call call) {
        return Stream.of(OBJECTS, MALFORMED, NOT_JSON)
                .flatMap(List::stream)
                .map(body -> dynamicTest(body.name, () -> assertRead(call, body)));
    }

    /// An answer of a stream has no end.
    private static Stream<Call> calls(URI service) {
        JsonPath document =
                given().baseUri(service.toString()).get("/q/openapi?format=json").jsonPath();
        Map<String, Map<String, Object>> paths = document.getMap("paths");
        return paths.entrySet().stream()
                .flatMap(path ->
                        path.getValue().keySet().stream()
                                .map(method -> method.toUpperCase(Locale.ROOT))
                                .filter(method -> !method.equals("PARAMETERS"))
                                .map(method -> new Call(service, method, path.getKey())))
                .filter(call -> !call.path.endsWith("/stream"));
    }

    /// What it answers depends on the call and on what there is.
    private void assertAnswered(Call call, Body body) throws IOException {
        Answer answer = send(call, body);
        if (answer.status != 202) {
            assertTrue(Set.of(400, 404, 409).contains(answer.status), answer.toString());
            assertProblem(answer);
        }
    }

    private void assertRead(Call call, Body body) throws IOException {
        Answer answer = send(call, body);
        if (answer.status != 200) {
            assertTrue(answer.status >= 400 && answer.status < 500, answer.toString());
            assertProblem(answer);
        }
    }

    private void assertRefused(int status, String slug, Call call, Body body) throws IOException {
        Answer answer = send(call, body);
        assertEquals(status, answer.status, answer.toString());
        assertEquals("/problems/" + slug, assertProblem(answer).getString("type"));
    }

    private static JsonPath assertProblem(Answer answer) {
        assertEquals("application/problem+json", answer.type, answer.toString());
        JsonPath problem = JsonPath.from(answer.body);
        assertEquals(answer.status, problem.getInt("status"));
        return problem;
    }

    private Answer send(Call call, Body body) throws IOException {
        String to = "%s with %s".formatted(call, body.name);
        StringBuilder head =
                new StringBuilder("%s %s HTTP/1.1\r\n".formatted(call.method, filled(call.path)))
                        .append("Host: localhost\r\nConnection: close\r\n");
        body.headers.forEach(header -> head.append(header).append("\r\n"));
        try {
            return read(
                    to, RawHttp.answer(call.service, head + "\r\n", body.bytes, ANSWER_TIMEOUT));
        } catch (SocketTimeoutException late) {
            throw new AssertionError("no answer to " + to, late);
        }
    }

    private String filled(String path) {
        return PATH_PARAMETER
                .matcher(path)
                .replaceAll(parameter -> {
                    String value = pathParameters.get(parameter.group(1));
                    assertFalse(value == null, () -> "say here what to put into " + path);
                    return Matcher.quoteReplacement(value);
                });
    }

    private static Answer read(String to, String answer) {
        String[] parts = answer.split("\r\n\r\n", 2);
        List<String> head = parts[0].lines().toList();
        String type =
                head.stream()
                        .filter(header ->
                                header.toLowerCase(Locale.ROOT).startsWith("content-type:"))
                        .map(header -> header.split(":\\s*", 2)[1].split(";", 2)[0])
                        .findFirst()
                        .orElse("none");
        int status = Integer.parseInt(head.getFirst().split(" ", 3)[1]);
        return new Answer(to, status, type, parts[1]);
    }

    private static Body sized(String name, String content, String... headers) {
        int length = content.getBytes(StandardCharsets.UTF_8).length;
        return body(name, content, with(headers, "Content-Length: " + length));
    }

    private static Body chunked(String name, String content, String... headers) {
        int length = content.getBytes(StandardCharsets.UTF_8).length;
        String chunks = "%x\r\n%s\r\n0\r\n\r\n".formatted(length, content);
        return body(name, chunks, with(headers, CHUNKED));
    }

    private static Body body(String name, String bytes, String... headers) {
        return new Body(name, bytes, List.of(headers));
    }

    private static String[] with(String[] headers, String one) {
        return Stream.concat(Arrays.stream(headers), Stream.of(one)).toArray(String[]::new);
    }
}
