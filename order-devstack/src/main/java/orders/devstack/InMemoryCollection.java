package orders.devstack;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import java.util.LinkedHashMap;
import java.util.stream.Stream;

/// A collection whose documents are in memory, in the order in which they were inserted.
///
/// A stored document never changes: an update stores a changed copy. The server's own collection
/// changes documents in place, also while it sends them to somebody else.
final class InMemoryCollection extends AbstractSynchronizedMongoCollection<Integer> {

    private final LinkedHashMap<Integer, Document> documents = new LinkedHashMap<>();
    private int nextPosition;

    InMemoryCollection(
            MongoDatabase database,
            String name,
            CollectionOptions options,
            CursorRegistry cursors) {
        super(database, name, options, cursors);
    }

    /// In one step for those who read the collection while it is dropped.
    @Override
    public synchronized void dropIndex(String name) {
        super.dropIndex(name);
    }

    @Override
    protected Integer addDocumentInternal(Document document) {
        int position = nextPosition++;
        documents.put(position, document);
        return position;
    }

    /// A copy: whoever updates it changes its fields, though nothing below them.
    @Override
    protected Document getDocument(Integer position) {
        return new Document(documents.get(position));
    }

    @Override
    protected void handleUpdate(Integer position, Document before, Document after) {
        documents.put(position, after);
    }

    @Override
    protected void removeDocument(Integer position) {
        documents.remove(position);
    }

    @Override
    protected Stream<DocumentWithPosition<Integer>> streamAllDocumentsWithPosition() {
        return documents.keySet().stream()
                .map(position -> new DocumentWithPosition<>(getDocument(position), position));
    }

    @Override
    protected QueryResult matchDocuments(
            Document query,
            Document orderBy,
            int skip,
            int limit,
            int batchSize,
            Document fieldSelector) {
        var inOrder = isNaturalDescending(orderBy) ? documents.reversed() : documents;
        return matchDocumentsFromStream(
                inOrder.values().stream().map(Document::new),
                query,
                orderBy,
                skip,
                limit,
                batchSize,
                fieldSelector);
    }

    @Override
    public synchronized int count() {
        return documents.size();
    }

    @Override
    public synchronized boolean isEmpty() {
        return documents.isEmpty();
    }

    /// Nobody asks for sizes, and measuring every document would cost more than storing it.
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    @Override
    protected void updateDataSize(int change) {
        // Not tracked.
    }

    @Override
    protected int getDataSize() {
        return 0;
    }
}
