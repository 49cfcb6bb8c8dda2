package orders.acceptance.faults;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import orders.acceptance.faults.EventLoad.Published;

/// Clients that read published orders without pause, from every instance and from both read models,
/// with and without tokens of the newest versions of the order and of its customer.
final class ReadLoad implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "Consistency-Token";
    private static final int CLIENTS_AN_INSTANCE = 2;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration RECOVERY = Duration.ofMinutes(3);

    /// Which read model answers.
    enum Source {
        SUMMARIES,
        DETAILS
    }

    /// What an answer shows.
    ///
    /// @param version of the order, 0 when it is not shown
    /// @param customerVersion 0 when the customer is not known
    record ShownVersions(long version, long customerVersion) {

        private static final ShownVersions NOTHING = new ShownVersions(0, 0);

        /// An order that is not shown shows no customer either.
        private boolean isAtLeast(ShownVersions other) {
            return version >= other.version
                    && (version == 0 || customerVersion >= other.customerVersion);
        }

        private ShownVersions newest(ShownVersions other) {
            return new ShownVersions(
                    Math.max(version, other.version),
                    Math.max(customerVersion, other.customerVersion));
        }
    }

    /// What a client asks for.
    ///
    /// @param least what the tokens name, 0 without a token
    /// @param isLenient whether an old answer is better than none
    record RequiredVersion(ShownVersions least, boolean isLenient) {}

    /// What came back.
    record Answer(int status, ShownVersions shown, boolean isStale) {}

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER_TIMEOUT)
                    .build();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ShownVersions> seen = new ConcurrentHashMap<>();
    private final Set<Source> lost = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> served = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> shown = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final EventLoad load;

    private volatile boolean isEnding;

    private ReadLoad(EventLoad load) {
        this.load = load;
    }

    /// Starts to read what `load` publishes.
    static ReadLoad start(List<URI> instances, EventLoad load) {
        var reads = new ReadLoad(load);
        for (URI instance : instances) {
            for (int client = 1; client <= CLIENTS_AN_INSTANCE; client++) {
                reads.clients.execute(() -> reads.readFrom(instance));
            }
        }
        return reads;
    }

    /// What an answer breaks: no read goes back behind one that was finished before it began, a
    /// token is served or refused, and an older answer says that it is.
    ///
    /// @param before the newest that such a read has shown before
    /// @param isLost whether the store may have lost its data: then an answer may go back when it
    ///   says that it is stale
    static Optional<String> violation(
            ShownVersions before, RequiredVersion wish, Answer answer, boolean isLost) {
        return switch (answer.status()) {
            case 503 -> Optional.empty();
            case 200, 404 -> {
                boolean isMarked = answer.isStale() || answer.status() == 404;
                if (!answer.shown().isAtLeast(before) && !(isLost && isMarked)) {
                    yield Optional.of("went back from " + before);
                }
                boolean mayBeOld = wish.isLenient() && isMarked;
                yield !answer.shown().isAtLeast(wish.least()) && !mayBeOld
                        ? Optional.of("is older than its token")
                        : Optional.empty();
            }
            default -> Optional.of("is no answer");
        };
    }

    /// Returns when so many more reads by `instance` from `source` have shown what a token asked
    /// for.
    void awaitServed(URI instance, Source source, int more) {
        LongAdder reads = served.computeIfAbsent(instance + " " + source, _ -> new LongAdder());
        long enough = reads.sum() + more;
        await().atMost(RECOVERY).until(() -> reads.sum() >= enough);
    }

    /// Returns when so many more reads by `instance` from `source` have shown their order, in
    /// whatever version.
    void awaitShown(URI instance, Source source, int more) {
        LongAdder reads = shown.computeIfAbsent(instance + " " + source, _ -> new LongAdder());
        long enough = reads.sum() + more;
        await().atMost(RECOVERY).until(() -> reads.sum() >= enough);
    }

    /// From now on the store of `source` may lose its data: answers may be older than those before
    /// when they say so.
    void mayBeLost(Source source) {
        lost.add(source);
    }

    /// What went wrong, in words.
    List<String> violations() {
        return List.copyOf(violations);
    }

    /// How often which answer came.
    Map<String, LongAdder> answers() {
        return new TreeMap<>(answers);
    }

    /// Returns when every client has its last answer.
    @Override
    public void close() {
        isEnding = true;
        clients.close();
    }

    private void readFrom(URI instance) {
        while (!isEnding) {
            Published order = load.some();
            if (order != null) {
                read(instance, order);
            }
            pause();
        }
    }

    private void read(URI instance, Published order) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Source source = Source.values()[random.nextInt(2)];
        RequiredVersion wish =
                new RequiredVersion(
                        new ShownVersions(
                                random.nextInt(3) == 0 ? 0 : order.version(),
                                random.nextBoolean()
                                        ? 0
                                        : load.customerVersion(order.customerId())),
                        random.nextBoolean());
        String key = "%s of order %s".formatted(source, order.orderId());
        ShownVersions before = seen.getOrDefault(key, ShownVersions.NOTHING);
        try {
            Answer answer = ask(instance, source, order, wish);
            seen.merge(key, answer.shown(), ShownVersions::newest);
            violation(before, wish, answer, lost.contains(source))
                    .ifPresent(why ->
                            violations.add(
                                    "%s: %s from %s to %s %s"
                                            .formatted(key, answer, instance, wish, why)));
            count(answers, answer.status() + (answer.isStale() ? " stale" : ""));
            if (answer.shown().version() > 0) {
                count(shown, instance + " " + source);
            }
            if (wish.least().version() > 0 && answer.shown().isAtLeast(wish.least())) {
                count(served, instance + " " + source);
            }
        } catch (IOException noAnswer) {
            count(answers, "no answer");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer ask(URI instance, Source source, Published order, RequiredVersion wish)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(instance.resolve(path(source, order)))
                        .timeout(ANSWER_TIMEOUT)
                        .header(
                                "Prefer",
                                "wait=2" + (wish.isLenient() ? ", handling=lenient" : ""));
        if (wish.least().version() > 0) {
            request.header(TOKEN, token("O", order.orderId(), wish.least().version()));
        }
        if (wish.least().customerVersion() > 0) {
            request.header(TOKEN, token("C", order.customerId(), wish.least().customerVersion()));
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        JsonNode body = JSON.readTree(response.body());
        JsonNode shown = source == Source.DETAILS ? body : body.path("items").path(0);
        return new Answer(
                response.statusCode(),
                new ShownVersions(
                        shown.path("version").asLong(),
                        SampleEvents.customerVersion(
                                source == Source.DETAILS
                                        ? shown.path("order").path("customer").path("name")
                                        : shown.path("customerName"))),
                body.path("stale").asBoolean());
    }

    /// A list of exactly this order, as no other has its customer and its time.
    private static String path(Source source, Published order) {
        Instant orderedAt = SampleEvents.orderedAt(order.number());
        return switch (source) {
            case DETAILS -> "/orders/" + order.orderId();
            case SUMMARIES ->
                    "/orders?customerId=%s&from=%s&to=%s"
                            .formatted(order.customerId(), orderedAt, orderedAt.plusMillis(1));
        };
    }

    /// As order-command makes them.
    private static String token(String kind, String id, long version) {
        String plain = kind + ":" + version + ":" + id;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    private static void count(Map<String, LongAdder> counts, String what) {
        counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    /// Clients do not hammer.
    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
