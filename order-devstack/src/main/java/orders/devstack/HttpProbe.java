package orders.devstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Asks a server over HTTP whether it serves.
final class HttpProbe {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER_WITHIN)
                    .build();

    private HttpProbe() {}

    /// Empty when the answer is 200, otherwise what it is instead.
    ///
    /// @throws DevStackFailure when interrupted
    static Optional<String> missing(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER_WITHIN).build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Optional.empty()
                    : Optional.of(uri.getPath() + " says " + answer.body());
        } catch (IOException e) {
            return Optional.of(uri.getPath() + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DevStackFailure("Interrupted while waiting for " + uri, e);
        }
    }
}
