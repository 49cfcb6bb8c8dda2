package orders.query.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.consistency.ConsistentRead.Answer;
import orders.query.consistency.ConsistentRead.ShownVersion;
import orders.query.consistency.WaitRefused.TimedOut;
import orders.query.consistency.WaitRefused.TooManyWait;
import orders.query.projection.FakeReadModel;
import orders.query.projection.Projection;
import org.junit.jupiter.api.Test;

class ConsistentReadTest {

    private static final Duration SLOW_ANSWER = Duration.ofMillis(300);
    private static final ConsistencyToken TOKEN = new ConsistencyToken(Kind.ORDER, "o1", 2);

    private final FakeReadModel readModel = new FakeReadModel();
    private final MeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void what_is_there_is_answered_however_short_the_wait() {
        readModel.version = slowly(2);

        assertEquals(true, fulfil(Duration.ZERO, false, 1));
    }

    @Test
    void a_version_that_comes_during_the_wait_is_answered() {
        AtomicInteger looks = new AtomicInteger();
        readModel.version = Uni.createFrom().item(() -> looks.incrementAndGet() < 4 ? 1L : 2L);

        assertEquals(true, fulfil(Duration.ofSeconds(10), false, 1));
    }

    @Test
    void what_is_shown_before_its_batch_is_finished_is_answered_when_that_is() {
        readModel.version = Uni.createFrom().item(2L);
        Projection projection = readModel.projection();
        Runnable finish = FakeReadModel.receive(projection, TOKEN.id(), 2);
        var answer =
                fulfil(projection, Duration.ofSeconds(10), false, 1).subscribeAsCompletionStage();
        assertFalse(answer.isDone());

        finish.run();
        assertEquals(true, answer.orTimeout(5, TimeUnit.SECONDS).join());
    }

    @Test
    void what_is_shown_is_answered_in_the_end_though_its_batch_is_not_finished() {
        readModel.version = Uni.createFrom().item(2L);
        Projection projection = readModel.projection();
        FakeReadModel.receive(projection, TOKEN.id(), 2);

        assertEquals(true, await(fulfil(projection, Duration.ZERO, false, 1)));
    }

    @Test
    void a_wait_in_vain_ends_in_time_or_takes_what_there_is() {
        assertThrows(TimedOut.class, () -> fulfil(Duration.ZERO, false, 1));
        assertEquals(false, fulfil(Duration.ZERO, true, 1));
        assertEquals(2, metrics.get("consistency.timeouts").counter().count());
        assertEquals(0, metrics.get("consistency.waiting").gauge().value());
    }

    @Test
    void more_than_may_wait_are_refused() {
        assertThrows(TooManyWait.class, () -> fulfil(Duration.ZERO, false, 0));
        assertEquals(1, metrics.get("consistency.refused").counter().count());
    }

    @Test
    void a_read_that_has_waited_goes_on_in_the_context_of_its_caller() {
        readModel.version = slowly(2);
        Vertx vertx = Vertx.vertx();
        Context context = vertx.getOrCreateContext();
        var found = new CompletableFuture<Context>();
        try {
            context.runOnContext(_ ->
                    reads(1).all(
                                    readModel.projection(),
                                    required(Duration.ofSeconds(10), false),
                                    () ->
                                            Uni.createFrom()
                                                    .item(
                                                            Optional.ofNullable(
                                                                    Vertx.currentContext())),
                                    _ -> FakeReadModel.MARKER)
                            .subscribe()
                            .with(
                                    answer -> found.complete(answer.value().orElse(null)),
                                    found::completeExceptionally));

            assertEquals(context, found.orTimeout(60, TimeUnit.SECONDS).join());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void a_page_of_rows_that_were_lost_after_the_wait_is_read_again() {
        readModel.version = Uni.createFrom().item(2L);
        Iterator<String> markers = List.of("", FakeReadModel.MARKER).iterator();

        assertEquals(FakeReadModel.MARKER, page(false, markers::next).value());
    }

    @Test
    void a_page_of_rows_that_are_lost_is_refused_or_stale() {
        readModel.version = Uni.createFrom().item(2L);

        assertThrows(TimedOut.class, () -> page(false, () -> ""));
        assertTrue(page(true, () -> "").isStale());
    }

    @Test
    void an_order_that_was_lost_after_the_wait_is_read_until_it_is_there_again() {
        readModel.version = Uni.createFrom().item(2L);
        Iterator<Long> versions = LongStream.of(0, 0, 1, 1, 2, 2).iterator();

        assertEquals(2, order(Duration.ofSeconds(10), false, versions::next).value());
    }

    @Test
    void an_order_that_stays_lost_is_refused_or_stale() {
        readModel.version = Uni.createFrom().item(2L);

        assertThrows(TimedOut.class, () -> order(Duration.ZERO, false, () -> 1L));
        assertTrue(order(Duration.ZERO, true, () -> 1L).isStale());
    }

    private Answer<String> page(boolean isLenient, Supplier<String> read) {
        return await(
                reads(1).all(
                                readModel.projection(),
                                required(Duration.ZERO, isLenient),
                                () -> Uni.createFrom().item(read),
                                Function.identity()));
    }

    private Answer<Long> order(Duration longest, boolean isLenient, Supplier<Long> read) {
        return await(
                reads(1).one(
                                TOKEN.id(),
                                readModel.projection(),
                                required(longest, isLenient),
                                () -> Uni.createFrom().item(read),
                                version ->
                                        List.of(new ShownVersion(Kind.ORDER, TOKEN.id(), version)),
                                _ -> FakeReadModel.MARKER));
    }

    private Boolean fulfil(Duration longest, boolean isLenient, int maxWaiting) {
        return await(fulfil(readModel.projection(), longest, isLenient, maxWaiting));
    }

    private Uni<Boolean> fulfil(
            Projection projection, Duration longest, boolean isLenient, int maxWaiting) {
        return reads(maxWaiting).await(required(longest, isLenient), projection);
    }

    private ConsistentRead reads(int maxWaiting) {
        return new ConsistentRead(settings(maxWaiting), metrics);
    }

    private static RequiredVersion required(Duration longest, boolean isLenient) {
        return new RequiredVersion(List.of(TOKEN), Optional.empty(), longest, isLenient);
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(Duration.ofSeconds(60));
    }

    private static Uni<Long> slowly(long version) {
        return Uni.createFrom().item(version).onItem().delayIt().by(SLOW_ANSWER);
    }

    private static ConsistencySettings settings(int maxWaiting) {
        return new ConsistencySettings() {
            @Override
            public Duration defaultWait() {
                return Duration.ofSeconds(5);
            }

            @Override
            public Duration longestWait() {
                return Duration.ofSeconds(30);
            }

            @Override
            public int maxWaiting() {
                return maxWaiting;
            }
        };
    }
}
