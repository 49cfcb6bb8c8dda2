package orders.query.projection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import orders.model.ConsistencyToken.Kind;
import orders.model.Topics;
import orders.query.offsets.Generation;
import orders.query.offsets.ProjectionStatus;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProjectionTest {

    private final FakeReadModel readModel = new FakeReadModel();
    private final Projection projection = readModel.projection();

    /// Looks that the store has not answered yet, oldest first.
    private final List<UniEmitter<? super ProjectionStatus>> looks = new ArrayList<>();

    ProjectionTest() {
        readModel.status = Uni.createFrom().emitter(looks::add);
    }

    @Test
    void all_who_ask_during_a_look_share_the_next_one() {
        CompletableFuture<ProjectionStatus> first = look();
        CompletableFuture<ProjectionStatus> second = look();
        CompletableFuture<ProjectionStatus> third = look();
        assertEquals(1, looks.size());

        looks.getFirst().complete(status(1));
        assertEquals(1, first.join().live().number());
        assertFalse(second.isDone());
        assertEquals(2, looks.size());

        looks.getLast().complete(status(2));
        assertEquals(2, second.join().live().number());
        assertEquals(2, third.join().live().number());
    }

    @Test
    void one_who_gives_up_takes_nothing_from_the_others() {
        CompletableFuture<ProjectionStatus> first = look();
        CompletableFuture<ProjectionStatus> second = look();
        CompletableFuture<ProjectionStatus> third = look();

        first.cancel(true);
        second.cancel(true);
        looks.getFirst().complete(status(1));
        looks.getLast().complete(status(2));
        assertEquals(2, third.join().live().number());
    }

    @Test
    void a_look_that_fails_is_followed_by_another() {
        CompletableFuture<ProjectionStatus> first = look();
        CompletableFuture<ProjectionStatus> second = look();

        looks.getFirst().fail(new IllegalStateException("away"));
        assertTrue(first.isCompletedExceptionally());
        looks.getLast().complete(status(1));
        assertEquals(1, second.join().live().number());
    }

    @Test
    void who_waits_for_what_another_instance_applies_from_now_on_is_woken() {
        projection.assigned(Set.of(new TopicPartition(Topics.ORDER_EVENTS, 0)));
        var woken =
                projection
                        .waiters()
                        .begin(Kind.ORDER, "o1")
                        .atMost(Duration.ofMinutes(1))
                        .subscribeAsCompletionStage();
        assertFalse(woken.isDone());

        projection.assigned(Set.of());
        assertTrue(woken.isDone());
    }

    private CompletableFuture<ProjectionStatus> look() {
        return projection.look().subscribeAsCompletionStage();
    }

    private static ProjectionStatus status(long generation) {
        return new ProjectionStatus(
                new Generation(generation, true, ""), 1, List.of(), false, 0, Optional.empty());
    }
}
