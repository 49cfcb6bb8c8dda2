package orders.query.projection;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import orders.model.Ids;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.DeadLetters.Discarded;
import orders.query.offsets.DeadLetters.Parked;
import orders.query.offsets.EventRecord;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.PostgresFailures;
import orders.query.offsets.WriteRefused;
import orders.query.projection.Decoded.Poison;
import org.jboss.logging.Logger;

/// Brings batches into one generation of a read model, in parts that take some megabytes. What
/// fails, but not because a store is away, is narrowed down to single events, and these are parked.
///
/// @param <V> a view of one order
public final class BatchProcessor<V> {

    private static final Logger LOG = Logger.getLogger(BatchProcessor.class);
    private static final int LONGEST_SHOWN = 64;
    private static final Batch NOTHING = new Batch(List.of(), Map.of());
    private static final long LARGEST_PART_BYTES = 4L << 20;

    /// Nothing is left to narrow down.
    private static final class CannotBeParked extends RuntimeException {
        CannotBeParked(Throwable cause) {
            super(cause.toString(), cause);
        }
    }

    private final ReadModel<V> readModel;
    private final OffsetStore offsets;
    private final Generation generation;
    private final Consumer<Changes<V>> afterwards;

    private Set<Discarded> discarded;
    private boolean mayHoldOrders;

    /// Of these it is known that they are not parked here, or are to be tried again.
    private Set<Discarded> resolved;

    /// @param mayHoldOrders whether the generation may have dead letters
    /// @param afterwards told what was written of batches
    public BatchProcessor(
            ReadModel<V> readModel,
            OffsetStore offsets,
            Generation generation,
            boolean mayHoldOrders,
            Set<Discarded> discarded,
            Consumer<Changes<V>> afterwards) {
        this.readModel = readModel;
        this.offsets = offsets;
        this.generation = generation;
        this.mayHoldOrders = mayHoldOrders;
        this.discarded = discarded;
        this.resolved = generation.isLive() ? discarded : Set.of();
        this.afterwards = afterwards;
    }

    /// Applies `batch`. Fails when the store does not answer, or with [WriteRefused]; it may be
    /// applied again then.
    public Uni<Void> apply(Batch batch) {
        return apply(batch, this::applyNext);
    }

    /// Whether there may be dead letters to look after.
    boolean mayHoldOrders() {
        return mayHoldOrders;
    }

    /// There may be dead letters from now on, which another instance has parked.
    void expectDeadLetters() {
        mayHoldOrders = true;
    }

    /// Tries early events again that were parked since then, when one that came before them was
    /// applied meanwhile by another instance.
    public Uni<Void> retryEarly(Instant since) {
        return offsets.deadLetters()
                .retryEarly(readModel.offsetsName(), generation.number(), since);
    }

    /// Tries those dead letters again that somebody wants to be tried again. Answers how many.
    public Uni<Integer> retryDeadLetters(int limit) {
        return offsets.deadLetters()
                .discarded(readModel.offsetsName())
                .invoke(all -> discarded = all)
                .chain(this::resolve)
                .chain(() ->
                        offsets.deadLetters()
                                .retries(readModel.offsetsName(), generation.number(), limit))
                .call(letters -> letters.isEmpty() ? Uni.createFrom().voidItem() : retry(letters))
                .map(List::size);
    }

    /// An event may have been parked here after it was discarded, by one who did not know it yet.
    private Uni<Void> resolve(Set<Discarded> all) {
        Set<Discarded> news = new HashSet<>(all);
        news.removeAll(resolved);
        return Multi.createFrom()
                .iterable(news)
                .onItem()
                .transformToUniAndConcatenate(each ->
                        offsets.deadLetters().retry(readModel.offsetsName(), each.position()))
                .collect()
                .last()
                .invoke(() -> resolved = all)
                .replaceWithVoid();
    }

    private Uni<Void> retry(List<EventRecord> letters) {
        return apply(Batch.again(letters), this::retryNext);
    }

    /// Makes `step` of `batch`, again and again until nothing of it is left.
    private Uni<Void> apply(Batch batch, Function<Batch, Uni<Batch>> step) {
        return step.apply(batch)
                .onFailure(this::mayLieInContent)
                .recoverWithUni(failure -> narrowDown(batch, step, failure).replaceWith(NOTHING))
                .chain(rest ->
                        rest.entries().isEmpty() ? Uni.createFrom().voidItem() : apply(rest, step));
    }

    /// Applies the first part of `batch`. Answers the rest.
    private Uni<Batch> applyNext(Batch batch) {
        return parked(batch)
                .chain(parked -> {
                    Set<String> forGood = new HashSet<>(parked.orders());
                    forGood.removeAll(parked.early());
                    return fold(batch, forGood)
                            .map(part ->
                                    part.settling(
                                            readModel.evolution(), List.of(), parked.early()));
                })
                .call(this::write)
                .invoke(part -> {
                    part.changes().parked().forEach(this::report);
                    afterwards.accept(part.changes());
                })
                .map(Part::rest);
    }

    /// The same of dead letters.
    private Uni<Batch> retryNext(Batch letters) {
        return fold(letters, Set.of())
                .map(part ->
                        part.settling(
                                readModel.evolution(),
                                part.first().entries().stream().map(Decoded::record).toList(),
                                letters.orderIds()))
                .call(this::write)
                .map(Part::rest);
    }

    private Uni<Parked> parked(Batch batch) {
        Set<String> ids = batch.orderIds();
        return mayHoldOrders && !ids.isEmpty()
                ? offsets.deadLetters().parked(readModel.offsetsName(), generation.number(), ids)
                : Uni.createFrom().item(Parked.NONE);
    }

    /// @param changes that the first entries of a batch make
    private record Part<V>(Batch first, Batch rest, Changes<V> changes) {
        Part<V> settling(Evolution<V> evolution, List<EventRecord> retried, Set<String> orderIds) {
            return new Part<>(first, rest, changes.settling(evolution, retried, orderIds));
        }
    }

    /// Folding takes a processor for a while, so it does not run where the store answers.
    private Uni<Part<V>> fold(Batch batch, Set<String> parkedOrders) {
        Batch bounded = batch.first(LARGEST_PART_BYTES);
        Set<String> ids = bounded.orderIds();
        ids.removeAll(parkedOrders);
        return readModel
                .read(generation, List.copyOf(ids))
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(views -> {
                    int end = bounded.before(views.unread()).entries().size();
                    Batch first = batch.part(0, end);
                    return new Part<>(
                            first,
                            batch.after(first),
                            Fold.of(
                                    readModel.evolution(),
                                    first,
                                    views.byId(),
                                    parkedOrders,
                                    discarded,
                                    Instant.now()));
                });
    }

    private Uni<Void> write(Part<V> part) {
        Changes<V> changes = part.changes();
        if (changes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return offsets.write(
                        readModel.offsetsName(),
                        generation,
                        changes.outcome(),
                        transaction -> readModel.write(transaction, generation, changes))
                .invoke(() -> {
                    mayHoldOrders |= !changes.parked().isEmpty();
                    if (generation.isLive()) {
                        readModel.wrote();
                    }
                });
    }

    /// Whatever its class: only what is known to be a matter of time is none. What PostgreSQL
    /// answers is known.
    private boolean mayLieInContent(Throwable failure) {
        return failure instanceof PgException refused
                ? PostgresFailures.isRefusal(refused)
                : !(failure instanceof WriteRefused || failure instanceof CannotBeParked)
                        && !StoreOutage.isOne(failure, readModel::isOutage);
    }

    private Uni<Void> narrowDown(Batch batch, Function<Batch, Uni<Batch>> step, Throwable failure) {
        int entries = batch.entries().size();
        if (entries > 1) {
            return apply(batch.part(0, entries / 2), step)
                    .chain(() -> apply(batch.part(entries / 2, entries), step));
        }
        if (entries == 0 || batch.entries().getFirst() instanceof Poison) {
            return Uni.createFrom().failure(new CannotBeParked(failure));
        }
        // The event is the cause when the store answers, and fails it again.
        return readModel
                .marker(generation)
                .onFailure(this::mayLieInContent)
                .transform(CannotBeParked::new)
                .chain(() ->
                        step.apply(batch)
                                .onFailure(this::mayLieInContent)
                                .recoverWithUni(again ->
                                        step.apply(
                                                new Batch(
                                                        List.of(
                                                                new Poison(
                                                                        batch.entries()
                                                                                .getFirst()
                                                                                .record(),
                                                                        again.toString())),
                                                        batch.ends()))))
                .replaceWithVoid();
    }

    private void report(DeadLetter letter) {
        LOG.warnf(
                "Projection %s parks %s at %s of %s: %s",
                readModel.name(),
                brief(letter.record().type()),
                letter.record().position(),
                brief(letter.record().key()),
                letter.cause());
    }

    /// Of what anybody may have written, no more than an id is long, and nothing that breaks a
    /// line.
    private static String brief(String foreign) {
        return foreign == null || Ids.isId(foreign)
                ? foreign
                : foreign.substring(0, Math.min(foreign.length(), LONGEST_SHOWN))
                        .replaceAll("\\p{Cntrl}", "?");
    }
}
