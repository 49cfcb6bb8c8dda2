package orders.devstack;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An index of one field that many documents may have the same text in; it answers whoever asks for
/// a text, or one of several.
///
/// It leaves out documents that have no text there, and so calls itself sparse.
final class TextIndex extends Index<Integer> {

    /// Where documents are, by text and id.
    private final Map<String, Map<Object, Integer>> positions = new HashMap<>();

    TextIndex(String name, List<IndexKey> keys) {
        super(name, keys, true);
    }

    @Override
    public boolean canHandle(Document query) {
        return switch (query.get(field())) {
            case String _ -> true;
            case Document condition ->
                    condition.size() == 1
                            && condition.get("$in") instanceof Collection<?> texts
                            && texts.stream().allMatch(String.class::isInstance);
            case null, default -> false;
        };
    }

    @Override
    public Iterable<Integer> getPositions(Document query) {
        return textsOf(query.get(field()))
                .distinct()
                .flatMap(text -> positions.getOrDefault(text, Map.of()).values().stream())
                .toList();
    }

    private static Stream<String> textsOf(Object condition) {
        return condition instanceof Document in
                ? ((Collection<?>) in.get("$in")).stream().map(String.class::cast)
                : Stream.of((String) condition);
    }

    @Override
    public void add(Document document, Integer position, MongoCollection<Integer> collection) {
        textsIn(document)
                .forEach(text ->
                        positions
                                .computeIfAbsent(text, _ -> new LinkedHashMap<>())
                                .put(document.get("_id"), position));
    }

    @Override
    public Integer remove(Document document) {
        textsIn(document)
                .forEach(text ->
                        positions.computeIfPresent(
                                text,
                                (_, byId) -> {
                                    byId.remove(document.get("_id"));
                                    return byId.isEmpty() ? null : byId;
                                }));
        return null;
    }

    @Override
    public void updateInPlace(
            Document before,
            Document after,
            Integer position,
            MongoCollection<Integer> collection) {
        if (!nullAwareEqualsKeys(before, after)) {
            remove(before);
            add(after, position, collection);
        }
    }

    private Stream<String> textsIn(Document document) {
        return getKeyValues(document).stream()
                .flatMap(KeyValue::stream)
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    private String field() {
        return keys().getFirst();
    }

    @Override
    public Integer getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Integer> collection) {
        // Nothing is refused.
    }

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Integer> collection) {
        // Nothing is refused.
    }

    @Override
    public long getCount() {
        return positions.values().stream().mapToLong(Map::size).sum();
    }

    @Override
    public long getDataSize() {
        return 0;
    }

    @Override
    public void drop() {
        positions.clear();
    }
}
