package orders.query.ledger;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.setOnInsert;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.quarkus.mongodb.FindOptions;
import io.quarkus.mongodb.reactive.ReactiveMongoCollection;
import io.quarkus.mongodb.reactive.ReactiveMongoDatabase;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import orders.model.Topics;
import orders.query.projection.Changes;
import orders.query.projection.Checkpoint;
import orders.query.projection.DeadLetter;
import orders.query.projection.EventRecord;
import orders.query.projection.EventRecord.Position;
import orders.query.projection.Generation;
import orders.query.projection.Ledger;
import orders.query.projection.ProjectionStatus;
import orders.query.projection.ProjectionStatus.Building;
import orders.query.projection.WriteRefused.Fenced;
import orders.query.projection.WriteRefused.StaleGeneration;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;

/// The books of a projection in MongoDB: one document for generations and checkpoints, so that each
/// change of it is atomic, and one for each dead letter. When that document is gone, the store has
/// lost its data: the next one has another marker, nobody writes on from where the lost one was,
/// and everything is projected again. Rows are written between [#enter], which says how far they
/// will come, and [#record], which says how far they have.
///
/// Only what MongoDB and servers that are compatible with it both do is used.
public final class MongoLedger implements Ledger {

    private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);
    private static final int MOST_LETTERS = 10_000;
    private static final long FIRST_GENERATION = 1;

    private final ReactiveMongoDatabase database;
    private final String name;
    private final int shapeVersion;
    private final LongFunction<Uni<Void>> create;

    /// The books of the projection `name`, whose rows have the shape `shapeVersion` when they
    /// begin.
    ///
    /// @param create makes room for the first generation
    public MongoLedger(
            ReactiveMongoDatabase database,
            String name,
            int shapeVersion,
            LongFunction<Uni<Void>> create) {
        this.database = database;
        this.name = name;
        this.shapeVersion = shapeVersion;
        this.create = create;
    }

    /// The number of the live generation.
    public Uni<Long> liveGeneration() {
        return book().map(book -> book.getLong("generation"));
    }

    /// Lets rows of `generation` be written until `checkpoints` are reached. Fails with a refusal
    /// when they may not.
    public Uni<Void> enter(Generation generation, List<Checkpoint> checkpoints) {
        List<Bson> intents = new ArrayList<>();
        intents.add(set("entered", true));
        checkpoints.forEach(checkpoint ->
                intents.add(
                        max(
                                path(generation, checkpoint.partition(), "intent"),
                                checkpoint.nextOffset())));
        return books().updateOne(
                        filter(generation).append("held", held(generation)), combine(intents))
                .chain(result ->
                        result.getMatchedCount() > 0
                                ? Uni.createFrom().voidItem()
                                : refusal(generation));
    }

    private static Object held(Generation generation) {
        return generation.isLive() ? false : new Document("$in", List.of(true, false));
    }

    private Uni<Void> refusal(Generation generation) {
        return standing()
                .chain(standing ->
                        standing.live().equals(generation)
                                ? Uni.createFrom().failure(new Fenced())
                                : Uni.createFrom().failure(new StaleGeneration()));
    }

    /// Enters dead letters, then checkpoints.
    public Uni<Void> record(Generation generation, Changes<?> changes) {
        return letters(generation, changes)
                .chain(() -> saveCheckpoints(generation, changes.checkpoints()));
    }

    private Uni<Void> letters(Generation generation, Changes<?> changes) {
        List<WriteModel<Document>> writes = new ArrayList<>();
        changes.parked().forEach(letter -> writes.add(write(generation, letter)));
        changes.resolved()
                .forEach(position ->
                        writes.add(new DeleteOneModel<>(eq(id(generation.number(), position)))));
        return writes.isEmpty()
                ? Uni.createFrom().voidItem()
                : deadLetterDocuments().bulkWrite(writes).replaceWithVoid();
    }

    private Uni<Void> saveCheckpoints(Generation generation, List<Checkpoint> checkpoints) {
        if (checkpoints.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Bson> values = new ArrayList<>();
        for (Checkpoint checkpoint : checkpoints) {
            TopicPartition partition = checkpoint.partition();
            values.add(max(path(generation, partition, "next"), checkpoint.nextOffset()));
            checkpoint
                    .lastEventAt()
                    .ifPresent(at ->
                            values.add(max(path(generation, partition, "at"), Date.from(at))));
        }
        return books().updateOne(filter(generation), combine(values))
                .invoke(result -> {
                    if (result.getMatchedCount() == 0) {
                        throw new StaleGeneration();
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<ProjectionStatus> standing() {
        return book().chain(book ->
                deadLetterDocuments()
                        .countDocuments(letters(book.getLong("generation")))
                        .map(letters -> standing(book, letters)));
    }

    @Override
    public Uni<Set<String>> parked(long generation, Set<String> orderIds) {
        return deadLetterDocuments()
                .find(
                        and(
                                letters(generation),
                                eq("topic", Topics.ORDER_EVENTS),
                                in("key", orderIds)))
                .map(letter -> letter.getString("key"))
                .collect()
                .with(Collectors.toUnmodifiableSet());
    }

    @Override
    public Uni<Boolean> announce(int shape) {
        return book().chain(book -> {
            long last = book.getLong("lastGeneration");
            Document building =
                    new Document("generation", last + 1)
                            .append("shapeVersion", shape)
                            .append("beat", 0L)
                            .append("startedAt", Instant.now());
            return change(
                    new Document("_id", name)
                            .append("lastGeneration", last)
                            .append("building", null),
                    combine(
                            set("lastGeneration", last + 1),
                            set("building", building),
                            set("held", false)));
        });
    }

    @Override
    public Uni<Boolean> cancel() {
        return change(
                new Document("_id", name).append("building", new Document("$ne", null)),
                combine(set("building", null), set("held", false)));
    }

    @Override
    public Uni<Boolean> lead(long generation, String instance, long beat) {
        Document building = building(generation);
        return change(
                        new Document(building).append("building.builder", instance),
                        inc("building.beat", 1L))
                .chain(isStill ->
                        isStill
                                ? Uni.createFrom().item(true)
                                : change(
                                        new Document(building).append("building.beat", beat),
                                        combine(
                                                set("building.builder", instance),
                                                inc("building.beat", 1L),
                                                set("held", false))));
    }

    @Override
    public Uni<Void> release(long generation, String instance) {
        return change(
                        building(generation).append("building.builder", instance),
                        combine(unset("building.builder"), set("held", false)))
                .replaceWithVoid();
    }

    /// What a writer said that it would write counts, written or not.
    @Override
    public Uni<Map<TopicPartition, Long>> reach() {
        return book().map(book ->
                checkpoints(book, book.getLong("generation")).entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        entry -> partition(entry.getKey()),
                                        entry -> reach((Document) entry.getValue()))));
    }

    private static long reach(Document checkpoint) {
        return Math.max(checkpoint.get("next", 0L), checkpoint.get("intent", 0L));
    }

    @Override
    public Uni<Void> fence(long generation) {
        return change(building(generation), set("held", true))
                .invoke(isFenced -> {
                    if (!isFenced) {
                        throw new StaleGeneration();
                    }
                })
                .replaceWithVoid();
    }

    /// Makes a generation the live one, unless the live one was about to show more. Only while it
    /// is held, so that nobody writes to it meanwhile.
    public Uni<Boolean> switchTo(long generation) {
        return book().chain(book -> {
            Document building = book.get("building", Document.class);
            long live = book.getLong("generation");
            if (building == null
                    || building.getLong("generation") != generation
                    || !book.getBoolean("held", false)
                    || !reaches(book, generation, live)) {
                return Uni.createFrom().item(false);
            }
            return change(
                    building(generation).append("generation", live).append("held", true),
                    combine(
                            set("generation", generation),
                            set("shapeVersion", building.getInteger("shapeVersion")),
                            set("building", null),
                            set("held", false),
                            unset("checkpoints." + live)));
        });
    }

    private static boolean reaches(Document book, long generation, long live) {
        Document reached = checkpoints(book, generation);
        return checkpoints(book, live).entrySet().stream()
                .allMatch(entry -> {
                    var there = reached.get(entry.getKey(), new Document());
                    return there.get("next", 0L) >= reach((Document) entry.getValue());
                });
    }

    /// Forgets the letters of generations that are neither live nor being built.
    public Uni<Void> forget(ProjectionStatus standing) {
        List<Long> kept = new ArrayList<>(List.of(standing.generation()));
        standing.building().ifPresent(building -> kept.add(building.generation()));
        return deadLetterDocuments()
                .deleteMany(
                        new Document("projection", name)
                                .append("generation", new Document("$nin", kept)))
                .replaceWithVoid();
    }

    @Override
    public Uni<List<DeadLetter>> deadLetters(int limit) {
        return liveGeneration()
                .chain(generation ->
                        deadLetterDocuments()
                                .find(letters(generation), inOrder().limit(MOST_LETTERS))
                                .collect()
                                .asList())
                .map(MongoLedger::heads)
                .map(heads -> heads.size() > limit ? heads.subList(0, limit) : heads);
    }

    /// Of each order the first letter, which holds the others; all letters of others.
    private static List<DeadLetter> heads(List<Document> letters) {
        Map<String, List<Document>> byHead = new LinkedHashMap<>();
        for (Document letter : letters) {
            boolean holds =
                    letter.getString("topic").equals(Topics.ORDER_EVENTS)
                            && letter.getString("key") != null;
            byHead.computeIfAbsent(
                            holds ? "order " + letter.getString("key") : letter.getString("_id"),
                            _ -> new ArrayList<>())
                    .add(letter);
        }
        return byHead.values().stream()
                .map(held -> letter(held.getFirst(), held.size() - 1))
                .toList();
    }

    @Override
    public Uni<Boolean> retry(Position position) {
        return deadLetterDocuments()
                .find(at(position))
                .collect()
                .first()
                .chain(letter ->
                        letter == null
                                ? Uni.createFrom().item(false)
                                : wantRetry(position, letter.getString("key")));
    }

    private Uni<Boolean> wantRetry(Position position, String key) {
        Document letters =
                key == null
                        ? at(position)
                        : new Document("projection", name)
                                .append("topic", position.partition().topic())
                                .append("key", key);
        return deadLetterDocuments().updateMany(letters, set("retry", true)).replaceWith(true);
    }

    @Override
    public Uni<Boolean> discard(Position position, String reason) {
        return deadLetterDocuments()
                .find(at(position))
                .collect()
                .first()
                .chain(letter ->
                        letter == null
                                ? Uni.createFrom().item(false)
                                : discardedEvents()
                                        .updateOne(
                                                eq(name + "/" + position),
                                                combine(
                                                        setOnInsert("projection", name),
                                                        setOnInsert(
                                                                "topic",
                                                                position.partition().topic()),
                                                        setOnInsert(
                                                                "partition",
                                                                position.partition().partition()),
                                                        setOnInsert("offset", position.offset()),
                                                        setOnInsert("key", letter.get("key")),
                                                        setOnInsert("type", letter.get("type")),
                                                        setOnInsert("reason", reason),
                                                        setOnInsert("at", Instant.now())),
                                                UPSERT)
                                        .chain(() -> wantRetry(position, letter.getString("key"))));
    }

    @Override
    public Uni<List<EventRecord>> retries(long generation, int limit) {
        return deadLetterDocuments()
                .find(letters(generation).append("retry", true), inOrder().limit(limit))
                .map(MongoLedger::event)
                .collect()
                .asList();
    }

    @Override
    public Uni<Set<Position>> discarded() {
        return discardedEvents()
                .find(eq("projection", name))
                .map(MongoLedger::position)
                .collect()
                .with(Collectors.toUnmodifiableSet());
    }

    private Uni<Document> book() {
        return find().chain(book ->
                book != null
                        ? Uni.createFrom().item(book)
                        : create.apply(FIRST_GENERATION)
                                .chain(() ->
                                        books().updateOne(
                                                        eq(name),
                                                        combine(
                                                                setOnInsert(
                                                                        "marker",
                                                                        UUID.randomUUID()
                                                                                .toString()),
                                                                setOnInsert(
                                                                        "generation",
                                                                        FIRST_GENERATION),
                                                                setOnInsert(
                                                                        "shapeVersion",
                                                                        shapeVersion),
                                                                setOnInsert(
                                                                        "lastGeneration",
                                                                        FIRST_GENERATION),
                                                                setOnInsert("building", null),
                                                                setOnInsert("held", false)),
                                                        UPSERT))
                                .chain(this::find));
    }

    private Uni<Document> find() {
        return books().find(eq(name)).collect().first();
    }

    private Uni<Boolean> change(Bson filter, Bson update) {
        return books().updateOne(filter, update).map(result -> result.getMatchedCount() > 0);
    }

    /// A book of before there were markers has none, which `null` finds.
    private Document filter(Generation generation) {
        return new Document("_id", name)
                .append("marker", generation.marker().isEmpty() ? null : generation.marker())
                .append(
                        generation.isLive() ? "generation" : "building.generation",
                        generation.number());
    }

    private Document building(long generation) {
        return new Document("_id", name).append("building.generation", generation);
    }

    private Document letters(long generation) {
        return new Document("projection", name).append("generation", generation);
    }

    private Document at(Position position) {
        return new Document("projection", name)
                .append("topic", position.partition().topic())
                .append("partition", position.partition().partition())
                .append("offset", position.offset());
    }

    private UpdateOneModel<Document> write(Generation generation, DeadLetter letter) {
        EventRecord event = letter.record();
        return new UpdateOneModel<>(
                eq(id(generation.number(), event.position())),
                combine(
                        setOnInsert("projection", name),
                        setOnInsert("generation", generation.number()),
                        setOnInsert("topic", event.position().partition().topic()),
                        setOnInsert("partition", event.position().partition().partition()),
                        setOnInsert("offset", event.position().offset()),
                        setOnInsert("key", event.key()),
                        setOnInsert("type", event.type()),
                        setOnInsert("sequence", event.sequence()),
                        setOnInsert(
                                "value", event.value() == null ? null : new Binary(event.value())),
                        setOnInsert("eventAt", Date.from(event.at())),
                        setOnInsert("parkedAt", Date.from(letter.at())),
                        set("cause", letter.cause()),
                        set("retry", false)),
                UPSERT);
    }

    private String id(long generation, Position position) {
        return "%s/%d/%s".formatted(name, generation, position);
    }

    private static String path(Generation generation, TopicPartition partition, String field) {
        return "checkpoints.%d.%s.%s".formatted(generation.number(), partition, field);
    }

    private static FindOptions inOrder() {
        return new FindOptions().sort(Sorts.ascending("topic", "partition", "offset"));
    }

    private static Document checkpoints(Document book, long generation) {
        return book.get("checkpoints", new Document())
                .get(Long.toString(generation), new Document());
    }

    private static ProjectionStatus standing(Document book, long letters) {
        long generation = book.getLong("generation");
        return new ProjectionStatus(
                book.get("marker", ""),
                generation,
                book.getInteger("shapeVersion"),
                checkpoints(checkpoints(book, generation)),
                letters,
                Optional.ofNullable(book.get("building", Document.class))
                        .map(building ->
                                new Building(
                                        building.getLong("generation"),
                                        building.getInteger("shapeVersion"),
                                        Optional.ofNullable(building.getString("builder")),
                                        building.getLong("beat"),
                                        book.getBoolean("held", false),
                                        building.getDate("startedAt").toInstant(),
                                        checkpoints(
                                                checkpoints(
                                                        book, building.getLong("generation"))))));
    }

    private static List<Checkpoint> checkpoints(Document byPartition) {
        return byPartition.entrySet().stream()
                .filter(entry -> ((Document) entry.getValue()).containsKey("next"))
                .map(entry -> checkpoint(entry.getKey(), (Document) entry.getValue()))
                .toList();
    }

    private static Checkpoint checkpoint(String partition, Document values) {
        return new Checkpoint(
                partition(partition),
                values.getLong("next"),
                Optional.ofNullable(values.getDate("at")).map(Date::toInstant));
    }

    private static TopicPartition partition(String text) {
        int dash = text.lastIndexOf('-');
        return new TopicPartition(
                text.substring(0, dash), Integer.parseInt(text.substring(dash + 1)));
    }

    private static DeadLetter letter(Document letter, long held) {
        return new DeadLetter(
                event(letter), letter.getString("cause"), time(letter, "parkedAt"), held);
    }

    private static EventRecord event(Document letter) {
        Binary value = letter.get("value", Binary.class);
        return new EventRecord(
                position(letter),
                letter.getString("key"),
                letter.getString("type"),
                letter.getString("sequence"),
                value == null ? null : value.getData(),
                time(letter, "eventAt"));
    }

    private static Instant time(Document document, String field) {
        return document.getDate(field).toInstant();
    }

    private static Position position(Document document) {
        return new Position(
                new TopicPartition(document.getString("topic"), document.getInteger("partition")),
                document.getLong("offset"));
    }

    private ReactiveMongoCollection<Document> books() {
        return database.getCollection("projections");
    }

    private ReactiveMongoCollection<Document> deadLetterDocuments() {
        return database.getCollection("dead_letters");
    }

    private ReactiveMongoCollection<Document> discardedEvents() {
        return database.getCollection("discarded_events");
    }
}
