package orders.query.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orders.model.Topics;
import orders.query.projection.Changes;
import orders.query.projection.Checkpoint;
import orders.query.projection.DeadLetter;
import orders.query.projection.EventRecord;
import orders.query.projection.EventRecord.Position;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.WriteRefused.WriteConflict;
import org.apache.kafka.common.TopicPartition;

/// The books of a projection in Elasticsearch: one [Book], which changes by compare-and-set, and a
/// document for each dead letter and each event that was given up. Rows are written between
/// [#enter], which says how far they will come, and [#record], which says how far they have.
public final class ElasticLedger implements Ledger {

    private static final String BOOKS = "orders-projections";
    private static final String LETTERS = "orders-dead-letters";
    private static final String DISCARDED = "orders-discarded-events";

    private static final int MOST_LETTERS = 10_000;
    private static final int PAGE = 1_000;
    private static final int ATTEMPTS = 20;

    /// Longer ones are no ids, and are not looked for.
    private static final int LONGEST_KEY = 1_000;

    /// What is looked for; all else is only kept.
    private static final Map<String, Object> LETTER_MAPPING =
            Map.of(
                    "dynamic",
                    false,
                    "properties",
                    Map.of(
                            "projection",
                            Map.of("type", "keyword"),
                            "generation",
                            Map.of("type", "long"),
                            "topic",
                            Map.of("type", "keyword"),
                            "partition",
                            Map.of("type", "integer"),
                            "offset",
                            Map.of("type", "long"),
                            "key",
                            Map.of("type", "keyword", "ignore_above", LONGEST_KEY),
                            "retry",
                            Map.of("type", "boolean")));

    private final Elasticsearch server;
    private final String name;
    private final int shapeVersion;
    private final Supplier<Uni<Void>> beginning;

    /// The books of the projection `name`, whose rows have the shape `shapeVersion` when they
    /// begin.
    ///
    /// @param beginning makes room for the first generation, before the books begin
    public ElasticLedger(
            Elasticsearch server, String name, int shapeVersion, Supplier<Uni<Void>> beginning) {
        this.server = server;
        this.name = name;
        this.shapeVersion = shapeVersion;
        this.beginning = beginning;
    }

    /// The live generation and how far it has come.
    ///
    /// @param number of the generation
    public record Live(long number, List<Checkpoint> checkpoints) {}

    private record Page(Book book, SequenceNumber place) {}

    @RegisterForReflection
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Letter(
            String projection,
            long generation,
            String topic,
            int partition,
            long offset,
            String key,
            String type,
            String sequence,
            byte[] value,
            Instant eventAt,
            Instant parkedAt,
            String cause,
            boolean retry) {

        DeadLetter opened(long held) {
            return new DeadLetter(event(), cause, parkedAt, held);
        }

        EventRecord event() {
            return new EventRecord(
                    new Position(new TopicPartition(topic, partition), offset),
                    key,
                    type,
                    sequence,
                    value,
                    eventAt);
        }

        /// What holds later events is the order; what has none holds nothing.
        String holder() {
            return topic.equals(Topics.ORDER_EVENTS) && key != null
                    ? "order " + key
                    : event().position().toString();
        }
    }

    @RegisterForReflection
    private record Discarded(
            String projection,
            String topic,
            int partition,
            long offset,
            String key,
            String type,
            String reason,
            Instant at) {}

    /// The live generation.
    public Uni<Live> live() {
        return page().map(page -> new Live(page.book.generation(), page.book.checkpoints()));
    }

    /// Lets rows of `generation` be written until `checkpoints` are reached. Fails with a refusal
    /// when they may not.
    public Uni<Void> enter(Generation generation, List<Checkpoint> checkpoints) {
        return change(book -> Optional.of(book.enter(generation, checkpoints))).replaceWithVoid();
    }

    /// Enters dead letters, then checkpoints.
    public Uni<Void> record(Generation generation, Changes<?> changes) {
        Bulk letters = new Bulk(true);
        changes.parked().forEach(letter -> write(letters, generation, letter));
        changes.resolved()
                .forEach(position -> letters.delete(LETTERS, id(generation.number(), position)));
        return server.write(letters)
                .chain(() ->
                        change(book -> Optional.of(book.reach(generation, changes.checkpoints()))))
                .replaceWithVoid();
    }

    private void write(Bulk letters, Generation generation, DeadLetter letter) {
        EventRecord event = letter.record();
        letters.upsert(
                LETTERS,
                id(generation.number(), event.position()),
                Map.of("cause", letter.cause(), "retry", false),
                new Letter(
                        name,
                        generation.number(),
                        event.position().partition().topic(),
                        event.position().partition().partition(),
                        event.position().offset(),
                        event.key(),
                        event.type(),
                        event.sequence(),
                        event.value(),
                        event.at(),
                        letter.at(),
                        letter.cause(),
                        false));
    }

    @Override
    public Uni<ProjectionStatus> standing() {
        return page().chain(page ->
                server.send(
                                "POST",
                                "/" + LETTERS + "/_count",
                                Map.of("query", all(of(page.book.generation()))))
                        .map(answer -> page.book.standing(answer.path("count").longValue())));
    }

    @Override
    public Uni<Set<String>> parked(long generation, Set<String> orderIds) {
        return server.search(
                        LETTERS,
                        Map.of(
                                "size",
                                0,
                                "query",
                                all(
                                        of(generation),
                                        term("topic", Topics.ORDER_EVENTS),
                                        Map.of("terms", Map.of("key", orderIds))),
                                "aggs",
                                Map.of(
                                        "keys",
                                        Map.of(
                                                "terms",
                                                Map.of("field", "key", "size", orderIds.size())))))
                .map(answer ->
                        stream(answer.path("aggregations").path("keys").path("buckets"))
                                .map(bucket -> bucket.path("key").textValue())
                                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public Uni<Boolean> announce(int shape) {
        return change(book -> book.announce(shape, Instant.now()));
    }

    @Override
    public Uni<Boolean> cancel() {
        return change(Book::cancel);
    }

    @Override
    public Uni<Boolean> lead(long generation, String instance, long beat) {
        return change(book -> book.lead(generation, instance, beat));
    }

    @Override
    public Uni<Void> release(long generation, String instance) {
        return change(book -> book.release(generation, instance)).replaceWithVoid();
    }

    @Override
    public Uni<Map<TopicPartition, Long>> reach() {
        return page().map(page -> page.book.reach());
    }

    @Override
    public Uni<Void> fence(long generation) {
        return change(book -> Optional.of(book.fence(generation))).replaceWithVoid();
    }

    /// Makes a generation the live one, unless the live one was about to show more. Only while it
    /// is held, so that nobody writes to it meanwhile.
    public Uni<Boolean> switchTo(long generation) {
        return change(book -> book.switchTo(generation));
    }

    /// Forgets the letters of generations that are neither live nor being built.
    public Uni<Void> forget(ProjectionStatus standing) {
        List<Long> kept = new ArrayList<>(List.of(standing.generation()));
        standing.building().ifPresent(building -> kept.add(building.generation()));
        var others =
                Map.of("bool", Map.of("must_not", Map.of("terms", Map.of("generation", kept))));
        return letters(LETTERS, all(ofProjection(), others), MOST_LETTERS)
                .chain(letters -> {
                    Bulk deletions = new Bulk(true);
                    letters.forEach(
                            letter -> deletions.delete(LETTERS, letter.path("_id").textValue()));
                    return server.write(deletions);
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<List<DeadLetter>> deadLetters(int limit) {
        return page().chain(page -> letters(page.book.generation(), MOST_LETTERS))
                .map(letters -> heads(letters).stream().limit(limit).toList());
    }

    /// Of each order the first letter, which holds the others; all letters of others.
    private static List<DeadLetter> heads(List<Letter> letters) {
        return letters.stream()
                .collect(
                        Collectors.groupingBy(
                                Letter::holder, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(held -> held.getFirst().opened(held.size() - 1L))
                .toList();
    }

    @Override
    public Uni<Boolean> retry(Position position) {
        return find(position)
                .chain(letter ->
                        letter.isEmpty()
                                ? Uni.createFrom().item(false)
                                : wantRetry(letter.getFirst()));
    }

    private Uni<Boolean> wantRetry(Letter letter) {
        var same =
                letter.key() == null || letter.key().length() > LONGEST_KEY
                        ? at(letter.event().position())
                        : all(
                                ofProjection(),
                                term("topic", letter.topic()),
                                term("key", letter.key()));
        return Uni.createFrom()
                .deferred(() -> letters(LETTERS, same, MOST_LETTERS))
                .chain(this::wantRetry)
                // Some are resolved, or parked again, at this moment.
                .onFailure(failure ->
                        ElasticFailure.isConflict(failure) || ElasticFailure.isMissing(failure))
                .retry()
                .atMost(ATTEMPTS)
                .replaceWith(true);
    }

    private Uni<List<SequenceNumber>> wantRetry(List<JsonNode> letters) {
        Bulk changes = new Bulk(true);
        letters.forEach(each ->
                changes.change(
                        LETTERS,
                        each.path("_id").textValue(),
                        SequenceNumber.of(each),
                        Map.of("retry", true)));
        return server.write(changes);
    }

    @Override
    public Uni<Boolean> discard(Position position, String reason) {
        return find(position)
                .chain(letters ->
                        letters.isEmpty()
                                ? Uni.createFrom().item(false)
                                : discard(letters.getFirst(), reason)
                                        .chain(() -> wantRetry(letters.getFirst())));
    }

    private Uni<Void> discard(Letter letter, String reason) {
        var discarded =
                new Discarded(
                        name,
                        letter.topic(),
                        letter.partition(),
                        letter.offset(),
                        letter.key(),
                        letter.type(),
                        reason,
                        Instant.now());
        Bulk entry = new Bulk(true);
        // The first reason stays.
        entry.upsert(DISCARDED, name + "/" + letter.event().position(), Map.of(), discarded);
        return server.write(entry).replaceWithVoid();
    }

    @Override
    public Uni<List<EventRecord>> retries(long generation, int limit) {
        return letters(LETTERS, all(of(generation), term("retry", true)), limit)
                .map(found -> read(found).stream().map(Letter::event).toList());
    }

    @Override
    public Uni<Set<Position>> discarded() {
        return letters(DISCARDED, ofProjection(), Integer.MAX_VALUE)
                .map(found ->
                        found.stream()
                                .map(hit -> server.read(hit.path("_source"), Discarded.class))
                                .map(event ->
                                        new Position(
                                                new TopicPartition(
                                                        event.topic(), event.partition()),
                                                event.offset()))
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// Changes the book by `step`, again when somebody else was faster. False when `step` cannot.
    private Uni<Boolean> change(Function<Book, Optional<Book>> step) {
        return Uni.createFrom()
                .deferred(() -> page().chain(page -> change(page, step)))
                .onFailure(ElasticFailure::isConflict)
                .retry()
                .atMost(ATTEMPTS)
                .onFailure(ElasticFailure::isConflict)
                .transform(_ -> new WriteConflict());
    }

    private Uni<Boolean> change(Page page, Function<Book, Optional<Book>> step) {
        Optional<Book> next = step.apply(page.book);
        if (next.isEmpty() || next.get().equals(page.book)) {
            return Uni.createFrom().item(next.isPresent());
        }
        return server.send(
                        "PUT",
                        "/%s/_doc/%s?if_seq_no=%d&if_primary_term=%d"
                                .formatted(BOOKS, name, page.place.sequence(), page.place.term()),
                        next.get())
                .replaceWith(true);
    }

    /// The book, which begins when there is none.
    private Uni<Page> page() {
        return find().chain(page ->
                page.map(Uni.createFrom()::item)
                        .orElseGet(() -> begin().chain(() -> find()).map(Optional::orElseThrow)));
    }

    private Uni<Optional<Page>> find() {
        return server.get(BOOKS, name)
                .map(document ->
                        document.path("found").booleanValue()
                                ? Optional.of(
                                        new Page(
                                                server.read(document.path("_source"), Book.class),
                                                SequenceNumber.of(document)))
                                : Optional.empty());
    }

    private Uni<Void> begin() {
        return server.create(BOOKS, index(Map.of("enabled", false)))
                .chain(() -> server.create(LETTERS, index(LETTER_MAPPING)))
                .chain(() -> server.create(DISCARDED, index(LETTER_MAPPING)))
                .chain(() -> beginning.get())
                .chain(() ->
                        server.send(
                                "PUT",
                                "/%s/_create/%s".formatted(BOOKS, name),
                                Book.first(shapeVersion)))
                .onFailure(ElasticFailure::isConflict)
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static Map<String, Object> index(Map<String, Object> mappings) {
        return Map.of(
                "settings",
                Map.of("number_of_shards", 1, "auto_expand_replicas", "0-1"),
                "mappings",
                mappings);
    }

    private Uni<List<Letter>> find(Position position) {
        return letters(LETTERS, at(position), 1).map(this::read);
    }

    private Uni<List<Letter>> letters(long generation, int limit) {
        return letters(LETTERS, of(generation), limit).map(this::read);
    }

    private List<Letter> read(List<JsonNode> hits) {
        return hits.stream().map(hit -> server.read(hit.path("_source"), Letter.class)).toList();
    }

    /// Those that match, in the order of their partitions.
    private Uni<List<JsonNode>> letters(String index, Map<String, ?> query, int limit) {
        return more(index, query, limit, new ArrayList<>());
    }

    private Uni<List<JsonNode>> more(
            String index, Map<String, ?> query, int limit, List<JsonNode> found) {
        int size = Math.min(PAGE, limit - found.size());
        Map<String, Object> search = new HashMap<>();
        search.put("query", query);
        search.put("sort", List.of("topic", "partition", "offset", "generation"));
        search.put("seq_no_primary_term", true);
        search.put("size", size);
        if (!found.isEmpty()) {
            search.put("search_after", found.getLast().path("sort"));
        }
        return server.search(index, search)
                .chain(answer -> {
                    JsonNode hits = answer.path("hits").path("hits");
                    hits.forEach(found::add);
                    return hits.size() < size || found.size() == limit
                            ? Uni.createFrom().item(found)
                            : more(index, query, limit, found);
                });
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static Map<String, Object> all(Map<String, ?>... filters) {
        return Map.of("bool", Map.of("filter", Arrays.asList(filters)));
    }

    private static Map<String, Object> term(String field, Object value) {
        return Map.of("term", Map.of(field, value));
    }

    private Map<String, Object> ofProjection() {
        return term("projection", name);
    }

    private Map<String, Object> of(long generation) {
        return all(ofProjection(), term("generation", generation));
    }

    private Map<String, Object> at(Position position) {
        return all(
                ofProjection(),
                term("topic", position.partition().topic()),
                term("partition", position.partition().partition()),
                term("offset", position.offset()));
    }

    private String id(long generation, Position position) {
        return "%s/%d/%s".formatted(name, generation, position);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
