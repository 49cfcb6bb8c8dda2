package orders.query.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/// Writes that Elasticsearch is sent at once. Each succeeds or fails by itself.
public final class Bulk {

    private final List<Object> lines = new ArrayList<>();
    private final boolean isShownAtOnce;

    /// Searches find them when they are [refreshed][Elasticsearch#refresh].
    public Bulk() {
        this(false);
    }

    /// @param isShownAtOnce whether searches find them at once, which costs
    Bulk(boolean isShownAtOnce) {
        this.isShownAtOnce = isShownAtOnce;
    }

    /// Writes a document that is not there.
    public void create(String index, String id, Object document) {
        lines.add(Map.of("create", target(index, id)));
        lines.add(document);
    }

    /// Writes a document over the one that is at `place`.
    public void replace(String index, String id, SequenceNumber place, Object document) {
        lines.add(Map.of("index", target(index, id, place)));
        lines.add(document);
    }

    /// Changes some fields of the document that is at `place`.
    public void change(String index, String id, SequenceNumber place, Object fields) {
        lines.add(Map.of("update", target(index, id, place)));
        lines.add(Map.of("doc", fields));
    }

    /// Changes some fields of a document, wherever it is, or writes `document` when there is none.
    void upsert(String index, String id, Object fields, Object document) {
        lines.add(Map.of("update", target(index, id)));
        lines.add(Map.of("doc", fields, "upsert", document));
    }

    /// Deletes a document, if it is there.
    void delete(String index, String id) {
        lines.add(Map.of("delete", target(index, id)));
    }

    /// Whether there is nothing to write.
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    boolean isShownAtOnce() {
        return isShownAtOnce;
    }

    String lines(Function<Object, String> json) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(json.apply(line)).append('\n'));
        return text.toString();
    }

    /// Where the documents are now that were written.
    ///
    /// @throws ElasticFailure when any was not: of several the one that may pass first
    static List<SequenceNumber> places(JsonNode answer) {
        List<JsonNode> items =
                StreamSupport.stream(answer.path("items").spliterator(), false)
                        .map(item -> item.iterator().next())
                        .toList();
        items.stream()
                .filter(item -> item.has("error"))
                .map(item -> new ElasticFailure(item.path("status").intValue(), item.path("error")))
                .max(Comparator.comparingInt(ElasticFailure::mayPass))
                .ifPresent(failure -> {
                    throw failure;
                });
        return items.stream().map(SequenceNumber::of).toList();
    }

    private static Map<String, Object> target(String index, String id) {
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("_index", index);
        target.put("_id", id);
        return target;
    }

    private static Map<String, Object> target(String index, String id, SequenceNumber place) {
        Map<String, Object> target = target(index, id);
        target.put("if_seq_no", place.sequence());
        target.put("if_primary_term", place.term());
        return target;
    }
}
