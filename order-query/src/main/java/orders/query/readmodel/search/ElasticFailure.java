package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Set;

/// What Elasticsearch answered instead of doing it.
public final class ElasticFailure extends RuntimeException {

    private static final int TOO_LARGE = 413;

    /// Of what was to be written: it cannot be read, or is too large.
    private static final Set<Integer> REFUSALS = Set.of(400, TOO_LARGE);

    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;

    private final int status;
    private final String type;

    /// Of a document that cannot be read now.
    ElasticFailure(JsonNode error) {
        this(UNAVAILABLE, error);
    }

    /// Of an answer that is larger than a client takes.
    static ElasticFailure tooLarge(Throwable answer) {
        return new ElasticFailure(
                TOO_LARGE,
                JsonNodeFactory.instance.objectNode().put("reason", answer.getMessage()));
    }

    ElasticFailure(int status, JsonNode error) {
        super(
                "Elasticsearch answers %d: %s %s"
                        .formatted(
                                status,
                                error.path("type").asText(""),
                                error.path("caused_by")
                                        .path("reason")
                                        .asText(error.path("reason").asText(""))),
                null,
                false,
                false);
        this.status = status;
        this.type = error.path("type").asText("");
    }

    /// Whether somebody else has written the document since it was read.
    static boolean isConflict(Throwable failure) {
        return failure instanceof ElasticFailure answer && answer.status == CONFLICT;
    }

    /// Whether the index is there that was to be made.
    static boolean isThereAlready(Throwable failure) {
        return failure instanceof ElasticFailure answer
                && answer.type.equals("resource_already_exists_exception");
    }

    /// Whether it lies in the server, which is starting, full, or lets nobody in.
    public static boolean isOutage(Throwable failure) {
        return failure instanceof ElasticFailure answer
                && !REFUSALS.contains(answer.status)
                && answer.status != CONFLICT;
    }

    /// Whether the same may succeed later. A conflict does only when it is read again.
    int mayPass() {
        return isOutage(this) ? 2 : isConflict(this) ? 1 : 0;
    }
}
