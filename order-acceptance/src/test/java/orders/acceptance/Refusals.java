package orders.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Sends bad requests, byte for byte as they are, and looks whether they are refused as `api.md`
/// says.
final class Refusals {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI service;

    Refusals(URI service) {
        this.service = service;
    }

    /// Asserts that the answer is exactly the problem that the row names; returns the answer.
    HttpResponse<String> assertRefused(BadRequest bad) {
        String correlationId = RunningSystem.unique("bad");
        HttpResponse<String> answer = send(bad, correlationId);
        assertEquals(bad.status(), answer.statusCode(), answer::body);
        assertTrue(
                header(answer, "Content-Type").startsWith("application/problem+json"),
                () -> header(answer, "Content-Type"));
        JsonPath problem = JsonPath.from(answer.body());
        assertAll(
                () -> assertEquals("/problems/" + bad.slug(), problem.getString("type")),
                () -> assertFalse(problem.getString("title").isBlank()),
                () -> assertEquals(bad.status(), problem.getInt("status")),
                () -> assertFalse(problem.getString("detail").isBlank()),
                () -> assertEquals(pathOf(bad), problem.getString("instance")),
                () -> assertEquals(correlationId, problem.getString("correlationId")),
                () -> assertEquals(correlationId, header(answer, "Correlation-Id")),
                () -> assertEquals(bad.violations(), fields(problem), answer::body));
        return answer;
    }

    /// Asserts that the methods that are allowed are named, this one among them.
    static void assertAllows(String method, HttpResponse<?> answer) {
        String allow = header(answer, "Allow");
        List<String> methods = Pattern.compile(",\\s*").splitAsStream(allow).toList();
        assertTrue(methods.contains(method), () -> "Allow: " + allow);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("no " + name);
    }

    private HttpResponse<String> send(BadRequest bad, String correlationId) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.resolve(bad.path()))
                        .header("Correlation-Id", correlationId)
                        .method(
                                bad.method(),
                                bad.body().isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(bad.bytes()));
        bad.headers().forEach(request::header);
        try {
            // The client's own time-out ends with the head: a stream would go on for ever.
            return http.sendAsync(request.build(), BodyHandlers.ofString())
                    .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            throw new AssertionError("no answer to: " + bad, unanswered);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    private static String pathOf(BadRequest bad) {
        return URI.create(bad.path()).getRawPath();
    }

    private static Set<String> fields(JsonPath problem) {
        List<Map<String, String>> violations = problem.getList("violations");
        Set<String> fields = new TreeSet<>();
        if (violations != null) {
            violations.forEach(violation -> {
                assertFalse(violation.get("message").isBlank());
                fields.add(violation.get("field"));
            });
        }
        return fields;
    }
}
