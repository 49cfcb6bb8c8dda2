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
import orders.query.projection.WriteRefused.GenerationOver;
import orders.query.projection.WriteRefused.Held;
import orders.query.projection.WriteRefused.Outrun;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private final List<Throwable> reported = new ArrayList<>();
    private final Patience patience = new Patience("test", reported::add);
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void what_is_a_matter_of_moments_is_tried_again_and_not_reported() {
        for (RuntimeException refusal : List.of(new Held(), new Outrun())) {
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
        assertThrows(GenerationOver.class, () -> await(failingTwice(new GenerationOver())));
        assertEquals(1, tries.get());
    }

    @Test
    void nothing_is_tried_again_after_the_end() {
        patience.end();

        assertThrows(
                CompletionException.class, () -> await(failingTwice(new IOException("refused"))));
        assertEquals(1, tries.get());
    }

    private Uni<String> failingTwice(Throwable failure) {
        tries.set(0);
        return patience.with(() ->
                tries.incrementAndGet() < 3
                        ? Uni.createFrom().failure(failure)
                        : Uni.createFrom().item("done"));
    }

    private static String await(Uni<String> work) {
        return work.await().atMost(Duration.ofSeconds(60));
    }
}
