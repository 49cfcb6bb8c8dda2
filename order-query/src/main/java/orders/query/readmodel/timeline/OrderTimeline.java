package orders.query.readmodel.timeline;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import orders.query.offsets.EventRecord;
import orders.query.offsets.Generation;
import orders.query.projection.Changes;
import orders.query.projection.Decoded.OrderChange;
import orders.query.projection.Evolution;
import orders.query.projection.ProjectionConsumers;
import orders.query.projection.Step;
import orders.query.projection.Views;
import orders.query.readmodel.MarkedRows;
import orders.query.readmodel.PostgresReadModel;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// Keeps `order-timeline`: a row an event.
@Singleton
public class OrderTimeline extends PostgresReadModel<LastVersion> {

    /// Name of the projection.
    public static final String NAME = "order-timeline";

    private static final int SHAPE_VERSION = 1;

    private static final String READ =
            """
            select order_id, max(version) as version from {order_timeline}
            where order_id = any($1) group by order_id
            """;

    /// As `json[]`, the client would send each text as a JSON string.
    private static final String SAVE =
            """
            insert into {order_timeline} \
                (order_id, version, type, at, published_at, correlation_id, traceparent, data)
            select order_id, version, type, at, published_at, correlation_id, traceparent, data::json
            from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], \
                $5::timestamptz[], $6::text[], $7::text[], $8::text[]) as t \
                (order_id, version, type, at, published_at, correlation_id, traceparent, data)
            order by order_id, version
            on conflict do nothing
            """;

    /// Its first event says who has created an order.
    private static final String IS_OWNED =
            """
            exists (select from order_timeline created where created.order_id = $1 \
                and created.version = 1 and created.data ->> 'customerId' = $2)\
            """;

    private static final String EVENTS =
            """
            select order_id, version, type, at, published_at, correlation_id, traceparent, \
                data::text as data
            from order_timeline where order_id = $1 and ($2::text is null or %s) order by version
            """
                    .formatted(IS_OWNED);

    private final Pool pool;
    private final ProjectionConsumers consumers;

    OrderTimeline(Pool pool, ProjectionConsumers consumers) {
        super(pool, "order_timeline", "order_timeline_customers");
        this.pool = pool;
        this.consumers = consumers;
    }

    /// Takes what its channel has polled.
    @Incoming(NAME)
    Uni<Void> project(ConsumerRecords<String, byte[]> polled) {
        return consumers.consume(NAME, polled);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shapeVersion() {
        return SHAPE_VERSION;
    }

    @Override
    public Evolution<LastVersion> evolution() {
        return LastVersion.EVOLUTION;
    }

    @Override
    public Uni<Views<LastVersion>> read(Generation generation, List<String> orderIds) {
        return read(
                generation,
                orderIds,
                READ,
                row -> new LastVersion(row.getString("order_id"), row.getLong("version")));
    }

    @Override
    public Uni<Void> write(
            SqlConnection transaction, Generation generation, Changes<LastVersion> changes) {
        return Uni.join()
                .all(
                        saveCustomers(transaction, generation, changes.customers()),
                        save(
                                transaction,
                                generation,
                                SAVE,
                                rows(changes),
                                column(TimelineEvent::orderId, String[]::new),
                                column(TimelineEvent::version, Long[]::new),
                                column(TimelineEvent::type, String[]::new),
                                column(event -> time(event.at()), OffsetDateTime[]::new),
                                column(event -> time(event.publishedAt()), OffsetDateTime[]::new),
                                column(TimelineEvent::correlationId, String[]::new),
                                column(TimelineEvent::traceparent, String[]::new),
                                column(TimelineEvent::data, String[]::new)))
                .andFailFast()
                .replaceWithVoid();
    }

    @Override
    protected String isOwned() {
        return IS_OWNED;
    }

    /// The events of an order: none, and version 0, when there is no such order.
    ///
    /// @param onlyCustomer whose it must be: all others are not there
    public Uni<Timeline> find(String orderId, Optional<String> onlyCustomer) {
        return MarkedRows.select(pool, NAME, EVENTS, Tuple.of(orderId, onlyCustomer.orElse(null)))
                .map(found ->
                        new Timeline(
                                found.rows().stream()
                                        .filter(row -> row.getString("type") != null)
                                        .map(OrderTimeline::event)
                                        .toList(),
                                found.rows().isEmpty()
                                        ? 0
                                        : found.rows().getLast().getLong("version"),
                                found.marker()));
    }

    /// Of an event that was discarded there is no step: its version is kept without it.
    private static List<TimelineEvent> rows(Changes<LastVersion> changes) {
        Set<LastVersion> shown = new HashSet<>();
        changes.steps().forEach(step -> shown.add(step.view()));
        return Stream.concat(
                        changes.steps().stream().map(Step::change).map(OrderTimeline::event),
                        changes.views().stream()
                                .filter(view -> !shown.contains(view))
                                .map(OrderTimeline::discarded))
                .toList();
    }

    private static TimelineEvent event(OrderChange change) {
        EventRecord record = change.record();
        return new TimelineEvent(
                change.orderId(),
                change.version(),
                record.type(),
                change.event().at(),
                record.at(),
                record.correlationId(),
                record.traceparent(),
                new String(record.value(), StandardCharsets.UTF_8));
    }

    private static TimelineEvent discarded(LastVersion view) {
        return new TimelineEvent(
                view.orderId(), view.version(), null, null, null, null, null, null);
    }

    private static TimelineEvent event(Row row) {
        return new TimelineEvent(
                row.getString("order_id"),
                row.getLong("version"),
                row.getString("type"),
                row.getOffsetDateTime("at").toInstant(),
                row.getOffsetDateTime("published_at").toInstant(),
                row.getString("correlation_id"),
                row.getString("traceparent"),
                row.getString("data"));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
