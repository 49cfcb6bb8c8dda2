package orders.query.readmodel;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.ne;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.mongodb.client.model.RenameCollectionOptions;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import orders.query.Events;
import orders.query.offsets.OffsetStore.Outcome;
import orders.query.offsets.ProjectionStatus;
import orders.query.readmodel.details.OrderDetails;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrderDetailsContractTest extends ReadModelContractTest {

    private static final String ORDERS = "order_details";
    private static final String CUSTOMERS = "order_details_customers";
    private static final String MARKER = "#generation";

    @Inject OrderDetails details;

    @Override
    protected String projection() {
        return "order-details";
    }

    @Override
    protected View query(String orderId, String customerId, long version) {
        JsonPath answer = get("/orders/{id}?minVersion={version}", orderId, version);
        assertEquals(customerId, answer.getString("order.customer.customerId"));
        return view(answer);
    }

    private static View view(JsonPath answer) {
        return new View(
                answer.getString("order.customer.name"),
                answer.getString("order.status"),
                answer.getString("order.total"),
                answer.getList("order.items").size(),
                answer.getString("order.updatedAt"),
                answer.getLong("version"));
    }

    @Test
    void a_store_that_has_lost_its_data_is_filled_again() {
        View before = publishOrder();
        ProjectionStatus complete = status();

        done(details.mongoDatabase().drop());
        await().atMost(SOON).until(() -> !status().live().equals(complete.live()));
        await().atMost(SOON)
                .until(() -> get("/projections/" + projection()).getString("state").equals("LIVE"));
        assertEquals(before, view(get("/orders/{id}", orderId)));
        assertFalse(isStale(orderId, customerId));

        publish(Events.record(orderId, 2, Events.ITEM_ADDED));
        assertEquals(2, query(orderId, customerId, 2).version());
        awaitAllApplied();
        assertNull(letterOf(orderId).get());
        awaitRebuild(() -> assertEquals(2, query(orderId, customerId, 2).version()));
    }

    /// The orders of the next generation are in their place, its customers not yet.
    @Test
    void a_switch_that_was_cut_off_is_finished() {
        View before = publishOrder();
        try (var builder = new Builder<>(details, offsets)) {
            var next = builder.building().generation();
            for (String name : List.of(ORDERS, CUSTOMERS)) {
                done(
                        rows(name)
                                .find(ne("_id", MARKER))
                                .collect()
                                .asList()
                                .chain(rows(name + "_g" + next.number())::insertMany));
            }
            var reached = new Outcome(List.of(), List.of(), List.of(), status().checkpoints());
            done(offsets.write(projection(), next, reached, _ -> Uni.createFrom().voidItem()));

            done(
                    rows(ORDERS + "_g" + next.number())
                            .renameCollection(
                                    rows(ORDERS).getNamespace(),
                                    new RenameCollectionOptions().dropTarget(true)));

            await().atMost(SOON).until(() -> status().live().number() >= next.number());
            assertEquals(0, done(rows(CUSTOMERS + "_g" + next.number()).countDocuments()));
            assertEquals(before, query(orderId, customerId, 1));
            await().atMost(SOON).until(() -> status().shapeVersion() == details.shapeVersion());
        }
        publish(
                Events.record(customerId, 2, Events.changed("Ada L.")),
                Events.record(orderId, 2, Events.ITEM_ADDED));
        awaitAllApplied();
        assertEquals("Ada L.", query(orderId, customerId, 2).customerName());
    }

    @Test
    void rows_without_the_marker_are_not_built_on() {
        try (var builder = new Builder<>(details, offsets)) {
            var next = builder.building().generation();
            var rows = rows(ORDERS + "_g" + next.number());
            done(rows.deleteOne(eq(MARKER)));
            done(rows.insertOne(new Document("_id", orderId)));
            done(details.create(next));
            assertEquals(1, done(rows.countDocuments()));

            done(rows.insertOne(new Document("_id", orderId)));
            done(details.create(next));
            assertEquals(2, done(rows.countDocuments()));
        }
    }

    @Override
    protected boolean isStale(String orderId, String customerId) {
        return get("/orders/{id}", orderId).getBoolean("stale");
    }

    private View publishOrder() {
        publish(
                Events.record(customerId, 1, Events.registered("Ada")),
                Events.record(orderId, 1, created()));
        awaitAllApplied();
        return query(orderId, customerId, 1);
    }

    private ProjectionStatus status() {
        return done(projections.get(projection()).look());
    }

    private ReactiveMongoCollection<Document> rows(String collection) {
        return details.mongoDatabase().getCollection(collection);
    }

    private static <T> T done(Uni<T> work) {
        return work.await().atMost(SOON);
    }
}
