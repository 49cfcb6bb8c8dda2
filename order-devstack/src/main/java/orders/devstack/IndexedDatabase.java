package orders.devstack;

import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;

/// A database of mongo-java-server that finds documents by an index where MongoDB does. By itself
/// the server uses an index only when a query names its fields and nothing else, and keeps none
/// that is not unique: for everything else it reads the whole collection.
///
/// Whatever an index finds is compared with the whole query afterwards.
final class IndexedDatabase extends AbstractSynchronizedMongoDatabase<Integer> {

    IndexedDatabase(String name, CursorRegistry cursors) {
        super(name, cursors);
        initializeNamespacesAndIndexes();
    }

    @Override
    protected InMemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
        return new InMemoryCollection(this, name, options, cursorRegistry);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
            String collection, String name, List<IndexKey> keys, boolean isSparse) {
        return new PartOfQueryIndex(name, keys, isSparse);
    }

    /// Of one field.
    @Override
    protected Index<Integer> openOrCreateSecondaryIndex(
            String collection, String name, List<IndexKey> keys, boolean isSparse) {
        return keys.size() == 1
                ? new TextIndex(name, keys)
                : super.openOrCreateSecondaryIndex(collection, name, keys, isSparse);
    }

    @Override
    protected long getStorageSize() {
        return 0;
    }

    @Override
    protected long getFileSize() {
        return 0;
    }

    /// Answers what it knows of a query, whatever else the query asks for.
    private static final class PartOfQueryIndex extends MemoryUniqueIndex {

        PartOfQueryIndex(String name, List<IndexKey> keys, boolean isSparse) {
            super(name, keys, isSparse);
        }

        @Override
        public boolean canHandle(Document query) {
            return super.canHandle(part(query));
        }

        @Override
        public Iterable<Integer> getPositions(Document query) {
            return super.getPositions(part(query));
        }

        private Document part(Document query) {
            Document part = new Document();
            keys().stream()
                    .filter(query::containsKey)
                    .forEach(key -> part.put(key, query.get(key)));
            return part;
        }
    }
}
