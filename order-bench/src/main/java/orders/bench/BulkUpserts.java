package orders.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import java.util.ArrayList;
import java.util.List;
import orders.bench.ReadLimits.Throughput;
import org.bson.Document;

/// Writes documents of order-details once more, by nothing but bulk upserts: what the document
/// store can do here.
final class BulkUpserts {

    private static final String COLLECTION = "bench_upserts";

    /// As many as order-query writes in one request.
    private static final int AT_ONCE = 250;

    private static final int MOST = 50_000;
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    private BulkUpserts() {}

    /// Copies documents of `collection` into an empty one. Reading them does not count.
    static Throughput copied(String connection, String databaseName, String collection) {
        try (MongoClient client = MongoClients.create(connection)) {
            MongoDatabase database = client.getDatabase(databaseName);
            List<List<ReplaceOneModel<Document>>> requests = new ArrayList<>();
            List<ReplaceOneModel<Document>> request = new ArrayList<>();
            for (Document document : database.getCollection(collection).find().limit(MOST)) {
                request.add(upsert(document));
                if (request.size() == AT_ONCE) {
                    requests.add(request);
                    request = new ArrayList<>();
                }
            }
            MongoCollection<Document> copy = database.getCollection(COLLECTION);
            long start = System.nanoTime();
            requests.forEach(copy::bulkWrite);
            Throughput throughput = Throughput.since(start, (long) requests.size() * AT_ONCE);
            copy.drop();
            return throughput;
        }
    }

    /// By the version before, as a projection does it.
    private static ReplaceOneModel<Document> upsert(Document document) {
        return new ReplaceOneModel<>(
                new Document("_id", document.get("_id")).append("version", 0L), document, UPSERT);
    }
}
