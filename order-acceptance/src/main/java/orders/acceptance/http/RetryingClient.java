package orders.acceptance.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Asks a service again while it is away (no connection, no answer), busy (429, 503) or says that a
/// race was lost (409 `concurrent-update`, `request-in-flight`), with growing pauses of at least
/// its `Retry-After`. All tries of one POST or PUT carry the same `Idempotency-Key`.
///
/// Safe for many threads; a call blocks its thread.
public final class RetryingClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /// Longer than the longest wait that the query service allows.
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(40);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final Set<Integer> BUSY = Set.of(429, 503);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
    private final URI service;
    private final Duration patience;

    /// @param service address of the service without a slash at the end: `http://127.0.0.1:8080`
    /// @param patience how long one call is tried; a try that is under way is not cut off
    public RetryingClient(URI service, Duration patience) {
        this.service = service;
        this.patience = patience;
    }

    /// PUT of a JSON body.
    ///
    /// @throws NoAnswer when the service cannot be reached in time
    public Answer put(String path, JsonNode body) {
        return send(write(path, "PUT", body));
    }

    /// POST of a JSON body.
    ///
    /// @throws NoAnswer when the service cannot be reached in time
    public Answer post(String path, JsonNode body) {
        return send(write(path, "POST", body));
    }

    /// GET with headers.
    ///
    /// @throws NoAnswer when the service cannot be reached in time
    public Answer get(String path, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).GET();
        headers.forEach(request::header);
        return send(request.build());
    }

    private HttpRequest write(String path, String method, JsonNode body) {
        return request(path)
                .method(method, BodyPublishers.ofString(body.toString()))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(service + path)).timeout(ANSWER_TIMEOUT);
    }

    private Answer send(HttpRequest request) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int retries = 0; ; retries++) {
            boolean isLastTry = System.nanoTime() >= deadline;
            Duration atLeast = Duration.ZERO;
            try {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                Answer answer = answer(response, retries);
                if (isLastTry || !isWorthAnotherTry(answer)) {
                    return answer;
                }
                atLeast = retryAfter(response);
            } catch (IOException away) {
                if (isLastTry) {
                    throw new NoAnswer(request.method() + " " + request.uri() + ": " + away, away);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new NoAnswer("interrupted", stopped);
            }
            pause(retries, atLeast, deadline);
        }
    }

    private static boolean isWorthAnotherTry(Answer answer) {
        return BUSY.contains(answer.status())
                || answer.isProblem("concurrent-update")
                || answer.isProblem("request-in-flight");
    }

    private static Answer answer(HttpResponse<byte[]> response, int retries) {
        return new Answer(
                response.statusCode(),
                json(response.body()),
                response.headers().firstValue("Consistency-Token"),
                retries);
    }

    private static JsonNode json(byte[] body) {
        try {
            return body.length == 0 ? Answer.noBody() : JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return Answer.noBody();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        OptionalLong seconds;
        try {
            seconds = response.headers().firstValueAsLong("Retry-After");
        } catch (NumberFormatException aDate) {
            seconds = OptionalLong.empty();
        }
        return Duration.ofSeconds(seconds.orElse(0));
    }

    private static void pause(int retries, Duration atLeast, long deadline) {
        Duration growing = FIRST_PAUSE.multipliedBy(1L << Math.min(retries, 10));
        long bound = Math.min(growing.toNanos(), LONGEST_PAUSE.toNanos());
        long spread = ThreadLocalRandom.current().nextLong(bound / 2, bound + 1);
        long left = Math.max(0, deadline - System.nanoTime());
        try {
            Thread.sleep(Duration.ofNanos(Math.min(left, Math.max(spread, atLeast.toNanos()))));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("interrupted", stopped);
        }
    }
}
