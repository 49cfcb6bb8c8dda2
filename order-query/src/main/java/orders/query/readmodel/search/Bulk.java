package orders.query.readmodel.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/// Writes that Elasticsearch is sent in one request. Each succeeds or fails by itself.
final class Bulk {

    private final List<Object> lines = new ArrayList<>();

    /// Writes a document, whatever is there.
    void put(String index, String id, Object document) {
        add(Map.of("index", Map.of("_index", index, "_id", id)), document);
    }

    /// Writes a document over the one that was read at `number`, or where none is when that is
    /// `null`.
    void save(String index, String id, SequenceNumber number, Object document) {
        add(
                number == null
                        ? Map.of("create", Map.of("_index", index, "_id", id))
                        : Map.of("index", target(index, id, number)),
                document);
    }

    /// Changes some fields of the document that was read at `number`.
    void change(String index, String id, SequenceNumber number, Object fields) {
        add(Map.of("update", target(index, id, number)), Map.of("doc", fields));
    }

    private static Map<String, Object> target(String index, String id, SequenceNumber number) {
        return Map.of(
                "_index",
                index,
                "_id",
                id,
                "if_seq_no",
                number.sequence(),
                "if_primary_term",
                number.primaryTerm());
    }

    private void add(Object action, Object body) {
        lines.add(action);
        lines.add(body);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    String lines(Function<Object, String> json) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(json.apply(line)).append('\n'));
        return text.toString();
    }

    /// The sequence numbers of what was written, in the order of the writes.
    ///
    /// @throws ElasticFailure when any was not written: of several the one that may pass first
    static List<SequenceNumber> sequenceNumbers(JsonNode answer) {
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
}
