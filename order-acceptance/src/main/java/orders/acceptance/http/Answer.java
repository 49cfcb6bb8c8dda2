package orders.acceptance.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Optional;

/// What a service answered in the end.
///
/// @param body a missing node when there was none
/// @param token the `Consistency-Token`
/// @param retries how often it was asked again before this answer
public record Answer(int status, JsonNode body, Optional<String> token, int retries) {

    private static final String PROBLEMS = "/problems/";

    /// Whether the service did or answered what it was asked for.
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /// Whether this is the problem `/problems/<slug>`.
    public boolean isProblem(String slug) {
        return type().equals(PROBLEMS + slug);
    }

    /// Which kind of answer it is: `202`, `409 illegal-transition`.
    public String kind() {
        String slug = type().startsWith(PROBLEMS) ? type().substring(PROBLEMS.length()) : type();
        return (status + " " + slug).strip();
    }

    /// What the service says about this very failure; may be empty.
    public String detail() {
        return body.path("detail").asText();
    }

    private String type() {
        return body.path("type").asText();
    }

    static JsonNode noBody() {
        return MissingNode.getInstance();
    }
}
