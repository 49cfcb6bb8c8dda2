package orders.devstack;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Indexes;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.IndexKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found by an index is what a search through all documents would find.
class IndexedDatabaseTest {

    @TempDir Path folder;

    private MVStore store;
    private MongoServer server;
    private MongoClient client;
    private MongoCollection<Document> orders;

    @BeforeEach
    void begin() {
        open();
        orders.insertOne(order("early", "ada"));
        orders.createIndex(Indexes.ascending("customer.id"));
        orders.insertMany(
                List.of(order("a", "ada"), order("b", "ada"), order("c", "a"), order("d", "bob")));
    }

    private void open() {
        store = MVStore.open(folder.resolve("data.mv").toString());
        server = new MongoServer(new MongoCompatibleServer.DurableBackend(store));
        client = MongoClients.create("mongodb:/" + server.bind());
        orders = client.getDatabase("test").getCollection("orders");
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
    void a_restart_forgets_nothing() {
        close();
        open();
        orders.insertOne(order("late", "ada"));

        assertEquals(Set.of("early", "a", "b", "late"), find(eq("customer.id", "ada")));
        assertEquals(Set.of("a"), find(new Document("_id", "a").append("n", "a")));
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
        assertEquals(
                1, store.getMapNames().stream().filter(name -> name.contains("customer")).count());
    }

    @Test
    void only_texts_are_looked_up() {
        var index = new TextIndex("n", List.of(new IndexKey("n", true)), store.openMap("n"));

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
