package orders.devstack;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.UpdateOptions;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is found by an index is what a search through all documents would find.
class IndexedDatabaseTest {

    private static final int DUPLICATE_KEY = 11000;
    private static final int REPLACEMENTS = 500;

    private final MongoServer server = new MongoServer(new MongoCompatibleServer.Backend());
    private final MongoClient client = MongoClients.create("mongodb:/" + server.bind());
    private final MongoCollection<Document> orders =
            client.getDatabase("test").getCollection("orders");

    @BeforeEach
    void begin() {
        orders.insertOne(order("early", "ada"));
        orders.createIndex(Indexes.ascending("customer.id"));
        orders.insertMany(
                List.of(order("a", "ada"), order("b", "ada"), order("c", "a"), order("d", "bob")));
    }

    @AfterEach
    void close() {
        client.close();
        server.shutdownNow();
    }

    @Test
    void documents_are_found_by_a_text_that_many_have() {
        assertEquals(Set.of("early", "a", "b"), find(eq("customer.id", "ada")));
        assertEquals(Set.of("c", "d"), find(in("customer.id", "a", "bob", "a")));
        assertEquals(Set.of(), find(eq("customer.id", "ad")));
        assertEquals(Set.of("b"), find(new Document("customer.id", "ada").append("n", "b")));
    }

    @Test
    void changes_are_followed() {
        orders.updateOne(eq("a"), set("customer.id", "bob"));
        orders.updateOne(eq("b"), unset("customer"));
        orders.updateOne(eq("early"), set("n", "changed"));
        orders.deleteOne(eq("c"));

        assertEquals(Set.of("early"), find(eq("customer.id", "ada")));
        assertEquals(Set.of("a", "d"), find(eq("customer.id", "bob")));
        assertEquals(Set.of(), find(eq("customer.id", "a")));
    }

    @Test
    void another_condition_beside_the_id_counts() {
        assertEquals(Set.of("a"), find(new Document("_id", "a").append("n", "a")));
        assertEquals(Set.of(), find(new Document("_id", "a").append("n", "b")));
        assertEquals(Set.of("a"), find(and(in("_id", "a", "b"), lt("n", "b"))));
    }

    @Test
    void a_dropped_collection_leaves_nothing_behind() {
        orders.drop();
        orders.createIndex(Indexes.ascending("customer.id"));

        assertEquals(Set.of(), find(eq("customer.id", "ada")));
        assertEquals(Set.of(), find(new Document()));
    }

    @Test
    void a_renamed_collection_replaces_another_with_its_indexes() {
        MongoCollection<Document> next = client.getDatabase("test").getCollection("next");
        next.createIndex(Indexes.ascending("customer.id"));
        next.insertOne(order("only", "ada"));

        next.renameCollection(
                orders.getNamespace(), new RenameCollectionOptions().dropTarget(true));

        assertEquals(Set.of("only"), find(eq("customer.id", "ada")));
        assertEquals(Set.of(), find(eq("customer.id", "bob")));
    }

    @Test
    void a_collection_that_is_replaced_is_never_missing() throws InterruptedException {
        var target = orders.getNamespace();
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var isOver = new AtomicBoolean();
        Thread reader =
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                        .start(() -> {
                            while (!isOver.get()) {
                                assertEquals(Set.of("a"), find(eq("a")));
                                assertEquals(Set.of("a"), find(in("_id", "a")));
                                assertEquals(Set.of("d"), find(eq("customer.id", "bob")));
                            }
                        });

        for (int generation = 0; generation < REPLACEMENTS; generation++) {
            var next = client.getDatabase("test").getCollection("next");
            next.createIndex(Indexes.ascending("customer.id"));
            next.insertMany(List.of(order("a", "ada"), order("d", "bob")));
            next.renameCollection(target, new RenameCollectionOptions().dropTarget(true));
        }
        isOver.set(true);
        reader.join();

        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void only_the_version_that_was_read_is_replaced() {
        var upsert = new UpdateOptions().upsert(true);
        var changed = new Document("$set", new Document("version", 2));
        orders.updateOne(new Document("_id", "new").append("version", 0), changed, upsert);
        orders.updateOne(new Document("_id", "new").append("version", 2), set("n", "x"), upsert);

        var failure =
                assertThrows(
                        MongoWriteException.class,
                        () ->
                                orders.updateOne(
                                        new Document("_id", "new").append("version", 1),
                                        changed,
                                        upsert));
        assertEquals(DUPLICATE_KEY, failure.getCode());
        assertEquals(Set.of("new"), find(eq("n", "x")));
    }

    /// It may still be on its way to the client.
    @Test
    void what_was_found_is_not_changed_by_an_update() {
        var database = new IndexedDatabase("another", new CursorRegistry());
        var notes =
                new InMemoryCollection(
                        database, "notes", CollectionOptions.withDefaults(), new CursorRegistry());
        notes.addDocument(query("n", "before"));
        List<de.bwaldvogel.mongo.bson.Document> found = new ArrayList<>();
        notes.handleQuery(query("n", "before")).forEach(found::add);

        notes.updateDocuments(
                query("n", "before"),
                query("$set", query("n", "after")),
                ArrayFilters.empty(),
                false,
                false,
                NoopOplog.get());

        assertEquals("before", found.getFirst().get("n"));
        assertEquals(1, notes.count(query("n", "after"), 0, 0));
    }

    @Test
    void only_texts_are_looked_up() {
        var index = new TextIndex("n", List.of(new IndexKey("n", true)));

        assertTrue(index.canHandle(query("n", "a")));
        assertFalse(index.canHandle(query("n", 1)));
        assertFalse(index.canHandle(query("n", null)));
        assertFalse(index.canHandle(query("other", "a")));
    }

    private static de.bwaldvogel.mongo.bson.Document query(String field, Object value) {
        return new de.bwaldvogel.mongo.bson.Document(field, value);
    }

    private Set<String> find(Bson filter) {
        Set<String> ids = new TreeSet<>();
        orders.find(filter).forEach(found -> ids.add(found.getString("_id")));
        return ids;
    }

    private static Document order(String id, String customerId) {
        return new Document("_id", id)
                .append("n", id)
                .append("customer", new Document("id", customerId));
    }
}
