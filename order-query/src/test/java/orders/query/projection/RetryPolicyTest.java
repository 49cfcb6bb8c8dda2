package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import orders.query.offsets.WriteRefused.Fenced;
import orders.query.offsets.WriteRefused.StaleGeneration;
import orders.query.offsets.WriteRefused.WriteConflict;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final List<Throwable> reported = new ArrayList<>();
    private final RetryPolicy retryPolicy = new RetryPolicy("test", reported::add);
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void what_is_a_matter_of_moments_is_tried_again_and_not_reported() {
        for (RuntimeException refusal : List.of(new Fenced(), new WriteConflict())) {
            assertEquals("done", await(failingTwice(refusal)));
        }
        assertEquals(List.of(), reported);
    }

    @Test
    void a_store_that_is_down_is_waited_for_and_reported() {
        assertEquals("done", await(failingTwice(new IOException("refused"))));
        assertEquals(2, reported.size());
    }

    @Test
    void a_generation_that_is_over_is_not_tried_again() {
        assertThrows(StaleGeneration.class, () -> await(failingTwice(new StaleGeneration())));
        assertEquals(1, tries.get());
    }

    @Test
    void nothing_is_tried_again_after_the_end() {
        retryPolicy.end();

        assertThrows(
                CompletionException.class, () -> await(failingTwice(new IOException("refused"))));
        assertEquals(1, tries.get());
    }

    private Uni<String> failingTwice(Throwable failure) {
        tries.set(0);
        return retryPolicy.with(() ->
                tries.incrementAndGet() < 3
                        ? Uni.createFrom().failure(failure)
                        : Uni.createFrom().item("done"));
    }

    private static String await(Uni<String> work) {
        return work.await().atMost(Duration.ofSeconds(60));
    }
}
