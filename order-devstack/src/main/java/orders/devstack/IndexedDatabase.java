package orders.devstack;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import org.h2.mvstore.MVStore;

/// A database of mongo-java-server that finds documents by an index where MongoDB does. By itself
/// the server uses an index only when a query names its fields and nothing else, and keeps none
/// that is not unique: for everything else it reads the whole collection.
///
/// Whatever an index finds is compared with the whole query afterwards.
final class IndexedDatabase extends H2Database {

    private final MVStore store;

    IndexedDatabase(String name, MVStore store, CursorRegistry cursors) {
        // Whoever is constructed there opens the indexes already.
        this.store = store;
        super(name, store, cursors);
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(
            String collection, String name, List<IndexKey> keys, boolean isSparse) {
        return new PartOfQuery(
                super.openOrCreateUniqueIndex(collection, name, keys, isSparse), isSparse);
    }

    /// Of one field; the map has the name by which the server removes it.
    @Override
    protected Index<Object> openOrCreateSecondaryIndex(
            String collection, String name, List<IndexKey> keys, boolean isSparse) {
        return keys.size() == 1
                ? new TextIndex(
                        name,
                        keys,
                        store.openMap(getFullCollectionNamespace(collection) + "._index_" + name))
                : super.openOrCreateSecondaryIndex(collection, name, keys, isSparse);
    }

    /// Lets an index answer what of a query it knows.
    private static final class PartOfQuery extends Index<Object> {

        private final Index<Object> index;

        PartOfQuery(Index<Object> index, boolean isSparse) {
            super(index.getName(), index.getKeys(), isSparse);
            this.index = index;
        }

        @Override
        public boolean canHandle(Document query) {
            return index.canHandle(part(query));
        }

        @Override
        public Iterable<Object> getPositions(Document query) {
            return index.getPositions(part(query));
        }

        private Document part(Document query) {
            Document part = new Document();
            keys().stream()
                    .filter(query::containsKey)
                    .forEach(key -> part.put(key, query.get(key)));
            return part;
        }

        @Override
        public boolean isUnique() {
            return index.isUnique();
        }

        @Override
        public Object getPosition(Document document) {
            return index.getPosition(document);
        }

        @Override
        public void checkAdd(Document document, MongoCollection<Object> collection) {
            index.checkAdd(document, collection);
        }

        @Override
        public void add(Document document, Object position, MongoCollection<Object> collection) {
            index.add(document, position, collection);
        }

        @Override
        public Object remove(Document document) {
            return index.remove(document);
        }

        @Override
        public void checkUpdate(
                Document before, Document after, MongoCollection<Object> collection) {
            index.checkUpdate(before, after, collection);
        }

        @Override
        public void updateInPlace(
                Document before,
                Document after,
                Object position,
                MongoCollection<Object> collection) {
            index.updateInPlace(before, after, position, collection);
        }

        @Override
        public boolean isEmpty() {
            return index.isEmpty();
        }

        @Override
        public long getCount() {
            return index.getCount();
        }

        @Override
        public long getDataSize() {
            return index.getDataSize();
        }

        @Override
        public void drop() {
            index.drop();
        }
    }
}
