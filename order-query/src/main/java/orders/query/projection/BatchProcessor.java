package orders.query.projection;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import orders.model.Ids;
import orders.query.offsets.DeadLetter;
import orders.query.offsets.EventRecord;
import orders.query.offsets.EventRecord.Position;
import orders.query.offsets.Generation;
import orders.query.offsets.OffsetStore;
import orders.query.offsets.PostgresFailures;
import orders.query.projection.Decoded.Poison;
import org.jboss.logging.Logger;

/// Brings batches into one generation of a read model. What the store refuses for ever is narrowed
/// down to single events, and these are parked.
///
/// @param <V> a view of one order
public final class BatchProcessor<V> {

    private static final Logger LOG = Logger.getLogger(BatchProcessor.class);
    private static final int LONGEST_SHOWN = 64;

    private final ReadModel<V> readModel;
    private final OffsetStore offsets;
    private final Generation generation;
    private final Consumer<Changes<V>> afterwards;

    private Set<Position> discarded;
    private boolean mayHoldOrders;

    /// Of these it is known that they are not parked here, or are to be tried again.
    private Set<Position> resolved;

    /// @param mayHoldOrders whether the generation may have dead letters
    /// @param afterwards told what was written
    public BatchProcessor(
            ReadModel<V> readModel,
            OffsetStore offsets,
            Generation generation,
            boolean mayHoldOrders,
            Set<Position> discarded,
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
        return parked(batch)
                .chain(parkedOrders -> changes(batch, parkedOrders))
                .chain(this::write)
                .onFailure(this::isRefusal)
                .recoverWithUni(refusal -> narrowDown(batch, refusal));
    }

    /// Whether there may be dead letters to look after.
    boolean mayHoldOrders() {
        return mayHoldOrders;
    }

    /// Tries those dead letters again that somebody wants to be tried again.
    public Uni<Void> retryDeadLetters(int limit) {
        return offsets.deadLetters()
                .discarded(readModel.offsetsName())
                .invoke(all -> discarded = all)
                .chain(this::resolve)
                .chain(() ->
                        offsets.deadLetters()
                                .retries(readModel.offsetsName(), generation.number(), limit))
                .chain(letters -> letters.isEmpty() ? Uni.createFrom().voidItem() : retry(letters));
    }

    /// An event may have been parked here after it was discarded, by one who did not know it yet.
    private Uni<Void> resolve(Set<Position> all) {
        Set<Position> news = new HashSet<>(all);
        news.removeAll(resolved);
        return Multi.createFrom()
                .iterable(news)
                .onItem()
                .transformToUniAndConcatenate(
                        position -> offsets.deadLetters().retry(readModel.offsetsName(), position))
                .collect()
                .last()
                .invoke(() -> resolved = all)
                .replaceWithVoid();
    }

    private Uni<Void> retry(List<EventRecord> letters) {
        Batch batch = Batch.again(letters);
        return changes(batch, Set.of())
                .map(changes -> changes.resolving(letters))
                .chain(this::write);
    }

    private Uni<Set<String>> parked(Batch batch) {
        Set<String> ids = batch.orderIds();
        return mayHoldOrders && !ids.isEmpty()
                ? offsets.deadLetters().parked(readModel.offsetsName(), generation.number(), ids)
                : Uni.createFrom().item(Set.of());
    }

    /// Folding takes a processor for a while, so it does not run where the store answers.
    private Uni<Changes<V>> changes(Batch batch, Set<String> parkedOrders) {
        Set<String> ids = new HashSet<>(batch.orderIds());
        ids.removeAll(parkedOrders);
        return readModel
                .read(generation, ids)
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(before ->
                        Fold.of(
                                readModel.evolution(),
                                batch,
                                before,
                                parkedOrders,
                                discarded,
                                Instant.now()));
    }

    private Uni<Void> write(Changes<V> changes) {
        if (changes.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return offsets.write(
                        readModel.offsetsName(),
                        generation,
                        changes.outcome(),
                        transaction -> readModel.write(transaction, generation, changes))
                .invoke(() -> {
                    if (!changes.parked().isEmpty()) {
                        mayHoldOrders = true;
                        changes.parked().forEach(this::report);
                    }
                    if (generation.isLive()) {
                        readModel.wrote();
                    }
                    afterwards.accept(changes);
                });
    }

    private boolean isRefusal(Throwable failure) {
        return readModel.isRefusal(failure) || PostgresFailures.isRefusal(failure);
    }

    private Uni<Void> narrowDown(Batch batch, Throwable refusal) {
        int entries = batch.entries().size();
        if (entries == 0) {
            return Uni.createFrom().failure(refusal);
        }
        if (entries == 1) {
            var record = batch.entries().getFirst().record();
            if (batch.entries().getFirst() instanceof Poison) {
                return Uni.createFrom().failure(refusal);
            }
            return apply(new Batch(List.of(new Poison(record, refusal.toString())), batch.ends()));
        }
        return apply(batch.part(0, entries / 2))
                .chain(() -> apply(batch.part(entries / 2, entries)))
                .chain(() -> apply(batch.onlyEnds()));
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
