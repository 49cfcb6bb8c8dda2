package orders.query.readmodel.details;

import static com.mongodb.client.model.Filters.in;

import com.mongodb.client.model.WriteModel;
import io.quarkus.mongodb.FindOptions;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import org.bson.conversions.Bson;

/// Asks for many documents in requests of a few, one after the other. A server that does one
/// request at a time does those of others in between, and one that compares each document with each
/// id has few to compare.
final class Requests {

    private static final int DOCUMENTS_AT_ONCE = 250;

    private Requests() {}

    /// `fields` of the documents that have one of `texts` in `field`.
    static <T> Multi<T> find(
            ReactiveMongoCollection<T> collection,
            String field,
            Collection<String> texts,
            Bson fields) {
        return inParts(texts)
                .onItem()
                .transformToMultiAndConcatenate(some ->
                        collection.find(in(field, some), new FindOptions().projection(fields)));
    }

    /// Makes all `writes` in order. Fails with the first that fails, and those before it are made.
    static <T> Uni<Void> write(ReactiveMongoCollection<T> collection, List<WriteModel<T>> writes) {
        return inParts(writes)
                .onItem()
                .transformToUniAndConcatenate(collection::bulkWrite)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static <I> Multi<List<I>> inParts(Collection<I> all) {
        return Multi.createFrom().iterable(all).group().intoLists().of(DOCUMENTS_AT_ONCE);
    }
}
