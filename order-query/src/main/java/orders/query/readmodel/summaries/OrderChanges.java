package orders.query.readmodel.summaries;

import static orders.query.readmodel.summaries.OrderSummaryRows.time;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import orders.query.projection.Step;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Every version of every order, in the order in which they were written and for a while: what
/// followers are sent. Written in the transaction that writes the orders, so a follower on any
/// instance sees each version once.
@ApplicationScoped
public class OrderChanges {

    private static final Logger LOG = Logger.getLogger(OrderChanges.class);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    private static final int FORGOTTEN_AT_ONCE = 5_000;

    /// Places are counted by partition, so whoever writes next to a partition waits for this one:
    /// who has seen a place has seen all before it. An event that was written before keeps its
    /// place.
    private static final String SAVE =
            """
            with news as (
                select * from unnest($1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], \
                    $6::numeric[], $7::text[], $8::int[], $9::timestamptz[], $10::timestamptz[], \
                    $11::bigint[]) with ordinality as t(partition, event_offset, order_id, \
                    customer_id, status, total, currency, item_count, created_at, updated_at, \
                    version, n)),
            counted as (
                insert into order_change_places as p
                select partition, count(*) from news group by partition order by partition
                on conflict (partition) do update set next_place = p.next_place + excluded.next_place
                returning partition, next_place)
            insert into order_changes (partition, event_offset, place, order_id, customer_id, \
                customer_name, status, total, currency, item_count, created_at, updated_at, version)
            select t.partition, t.event_offset, p.next_place \
                    - row_number() over (partition by t.partition order by t.n desc), \
                t.order_id, t.customer_id, \
                (select c.name from order_summaries_customers c \
                    where c.customer_id = t.customer_id), \
                t.status, t.total, t.currency, t.item_count, t.created_at, t.updated_at, t.version
            from news t join counted p on p.partition = t.partition
            on conflict do nothing
            """;

    private static final String NOW = "select partition, next_place from order_change_places";

    /// Partition by partition, from the place that was seen on: what was seen before is not read.
    private static final String AFTER =
            """
            select c.partition, c.place, %s
            from order_change_places p
                left join unnest($1::int[], $2::bigint[]) as seen(partition, next_place) \
                    on seen.partition = p.partition
                cross join lateral (select * from order_changes o where o.partition = p.partition \
                    and o.place >= coalesce(seen.next_place, 0) order by o.place limit $3) as c
            order by c.partition, c.place limit $3
            """
                    .formatted(columns("c"));

    private static final String FORGOTTEN =
            "select partition, first_place as next_place from forgotten_order_changes";

    private static final String FORGET =
            """
            with old as (
                delete from order_changes where (partition, event_offset) in (
                    select partition, event_offset from order_changes
                    where changed_at < now() - make_interval(secs => $1) limit $2)
                returning partition, place)
            insert into forgotten_order_changes as f
            select partition, coalesce(max(place) + 1, 0) from old group by partition order by 1
            on conflict (partition) do update \
                set first_place = greatest(f.first_place, excluded.first_place)
            """;

    private final Pool pool;
    private final Duration keepFor;
    private volatile Runnable bell = () -> {};
    private Cancellable background;

    OrderChanges(
            Pool pool,
            @ConfigProperty(name = "stream.keep-for", defaultValue = "PT1H") Duration keepFor) {
        this.pool = pool;
        this.keepFor = keepFor;
    }

    /// Adds the versions that a batch brought.
    Uni<Void> save(SqlConnection transaction, List<Step<OrderSummary>> steps) {
        return steps.isEmpty()
                ? Uni.createFrom().voidItem()
                : transaction
                        .preparedQuery(SAVE)
                        .execute(
                                Tuple.from(
                                        List.of(
                                                of(
                                                        steps,
                                                        step ->
                                                                step.change()
                                                                        .record()
                                                                        .position()
                                                                        .partition()
                                                                        .partition(),
                                                        Integer[]::new),
                                                of(
                                                        steps,
                                                        step ->
                                                                step.change()
                                                                        .record()
                                                                        .position()
                                                                        .offset(),
                                                        Long[]::new),
                                                views(steps, OrderSummary::orderId, String[]::new),
                                                views(
                                                        steps,
                                                        OrderSummary::customerId,
                                                        String[]::new),
                                                views(steps, OrderSummary::status, String[]::new),
                                                views(
                                                        steps,
                                                        view ->
                                                                Numeric.create(
                                                                        view.total()
                                                                                .toBigDecimal()),
                                                        Numeric[]::new),
                                                views(steps, OrderSummary::currency, String[]::new),
                                                views(
                                                        steps,
                                                        OrderSummary::itemCount,
                                                        Integer[]::new),
                                                views(
                                                        steps,
                                                        view -> time(view.createdAt()),
                                                        OffsetDateTime[]::new),
                                                views(
                                                        steps,
                                                        view -> time(view.updatedAt()),
                                                        OffsetDateTime[]::new),
                                                views(steps, OrderSummary::version, Long[]::new))))
                        .replaceWithVoid();
    }

    /// Lets `bell` run when this instance has added versions.
    public void whenChanged(Runnable bell) {
        this.bell = bell;
    }

    void ring() {
        bell.run();
    }

    /// The position of a follower who has seen everything.
    public Uni<ChangePosition> now() {
        return position(pool.preparedQuery(NOW).execute());
    }

    /// The first position that nothing is forgotten of.
    public Uni<ChangePosition> first() {
        return position(pool.preparedQuery(FORGOTTEN).execute());
    }

    /// What comes after `position`, in order of each partition.
    ///
    /// @param limit changes at most
    public Uni<List<OrderChange>> after(ChangePosition position, int limit) {
        var seen = List.copyOf(position.nextPlaces().entrySet());
        return pool.preparedQuery(AFTER)
                .execute(
                        Tuple.of(
                                seen.stream().map(Map.Entry::getKey).toArray(Integer[]::new),
                                seen.stream().map(Map.Entry::getValue).toArray(Long[]::new),
                                limit))
                .map(rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(row ->
                                        new OrderChange(
                                                row.getInteger("partition"),
                                                row.getLong("place"),
                                                OrderSummaryRows.view(row)))
                                .toList());
    }

    void start(@Observes StartupEvent event) {
        background =
                Multi.createFrom()
                        .ticks()
                        .every(FORGET_EVERY)
                        .onOverflow()
                        .drop()
                        .onItem()
                        .transformToUniAndConcatenate(_ -> forget())
                        .subscribe()
                        .with(_ -> {});
    }

    void stop(@Observes ShutdownEvent event) {
        background.cancel();
    }

    private Uni<Void> forget() {
        return pool.preparedQuery(FORGET)
                .execute(Tuple.of((double) keepFor.toSeconds(), FORGOTTEN_AT_ONCE))
                .repeat()
                .until(rows -> rows.rowCount() == 0)
                .collect()
                .last()
                .onFailure()
                .invoke(failure -> LOG.debugf("Old changes are forgotten later: %s", failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static Uni<ChangePosition> position(Uni<RowSet<Row>> query) {
        return query.map(rows ->
                new ChangePosition(
                        StreamSupport.stream(rows.spliterator(), false)
                                .collect(
                                        Collectors.toMap(
                                                row -> row.getInteger("partition"),
                                                row -> row.getLong("next_place")))));
    }

    private static String columns(String table) {
        return table + "." + OrderSummaryRows.COLUMNS.replace(", ", ", " + table + ".");
    }

    private static <C> C[] views(
            List<Step<OrderSummary>> steps,
            Function<OrderSummary, C> value,
            IntFunction<C[]> array) {
        return of(steps, step -> value.apply(step.view()), array);
    }

    private static <C> C[] of(
            List<Step<OrderSummary>> steps,
            Function<Step<OrderSummary>, C> value,
            IntFunction<C[]> array) {
        return steps.stream().map(value).toArray(array);
    }
}
