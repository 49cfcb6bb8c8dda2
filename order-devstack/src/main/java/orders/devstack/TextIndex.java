package orders.devstack;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;

/// An index of one field that many documents may have the same text in; it answers whoever asks for
/// a text, or one of several.
///
/// It leaves out documents that have no text there, and so calls itself sparse.
final class TextIndex extends Index<Object> {

    private static final char END_OF_TEXT = '\0';

    /// Where documents are, by text and id: those of one text side by side.
    private final MVMap<String, Object> positions;

    TextIndex(String name, List<IndexKey> keys, MVMap<String, Object> positions) {
        super(name, keys, true);
        this.positions = positions;
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
    public Iterable<Object> getPositions(Document query) {
        List<Object> found = new ArrayList<>();
        textsOf(query.get(field())).distinct().forEach(text -> addPositions(text, found));
        return found;
    }

    private static Stream<String> textsOf(Object condition) {
        return condition instanceof Document in
                ? ((Collection<?>) in.get("$in")).stream().map(String.class::cast)
                : Stream.of((String) condition);
    }

    private void addPositions(String text, List<Object> found) {
        String begin = text + END_OF_TEXT;
        Iterator<String> keys = positions.keyIterator(begin);
        for (String key = next(keys); key.startsWith(begin); key = next(keys)) {
            found.add(positions.get(key));
        }
    }

    private static String next(Iterator<String> keys) {
        return keys.hasNext() ? keys.next() : "";
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
        keysOf(document).forEach(key -> positions.put(key, position));
    }

    @Override
    public Object remove(Document document) {
        keysOf(document).forEach(positions::remove);
        return null;
    }

    @Override
    public void updateInPlace(
            Document before, Document after, Object position, MongoCollection<Object> collection) {
        if (!nullAwareEqualsKeys(before, after)) {
            remove(before);
            add(after, position, collection);
        }
    }

    private Stream<String> keysOf(Document document) {
        return getKeyValues(document).stream()
                .flatMap(KeyValue::stream)
                .filter(String.class::isInstance)
                .map(text -> "" + text + END_OF_TEXT + document.get("_id"));
    }

    private String field() {
        return keys().getFirst();
    }

    @Override
    public Object getPosition(Document document) {
        return null;
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {
        // Nothing is refused.
    }

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
        // Nothing is refused.
    }

    @Override
    public long getCount() {
        return positions.sizeAsLong();
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
