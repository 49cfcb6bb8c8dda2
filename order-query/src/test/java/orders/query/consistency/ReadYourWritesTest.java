package orders.query.consistency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.query.consistency.WaitRefused.TimedOut;
import orders.query.consistency.WaitRefused.TooManyWait;
import orders.query.projection.FakeReadModel;
import org.junit.jupiter.api.Test;

class ReadYourWritesTest {

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

    private Boolean fulfil(Duration longest, boolean isLenient, int maxWaiting) {
        return new ReadYourWrites(settings(maxWaiting), metrics)
                .fulfil(new Wish(List.of(TOKEN), longest, isLenient), readModel.projection())
                .await()
                .atMost(Duration.ofSeconds(20));
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
