package orders.query.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orders.query.readmodel.summaries.ChangePosition;
import orders.query.readmodel.summaries.ListQuery;
import orders.query.readmodel.summaries.ListedBy;
import orders.query.readmodel.summaries.OrderChange;
import orders.query.readmodel.summaries.OrderChanges;
import orders.query.readmodel.summaries.OrderLists;
import orders.query.readmodel.summaries.OrderSummary;
import orders.query.stream.Followers;
import orders.query.stream.StreamSettings;

/// What a follower is sent: each version of the orders that it follows, once.
@Singleton
class OrderEvents {

    private static final int PAGE = 200;

    private final Followers followers;
    private final OrderChanges changes;
    private final OrderLists lists;
    private final StreamSettings settings;
    private final ObjectMapper json;

    OrderEvents(
            Followers followers,
            OrderChanges changes,
            OrderLists lists,
            StreamSettings settings,
            ObjectMapper json) {
        this.followers = followers;
        this.changes = changes;
        this.lists = lists;
        this.settings = settings;
        this.json = json;
    }

    /// Which orders are followed.
    record Filter(Optional<String> orderId, Optional<String> customerId) {
        boolean matches(OrderSummary order) {
            return orderId.map(order.orderId()::equals).orElse(true)
                    && customerId.map(order.customerId()::equals).orElse(true);
        }
    }

    /// Follows what `filter` lets through until it is cancelled, from the next change on or from
    /// where `last` came to.
    ///
    /// @throws QueryFailure.TooManyFollow when there are as many as there may be
    Multi<OutboundSseEvent> follow(Filter filter, Optional<ChangePosition> last, Sse sse) {
        if (!followers.admit()) {
            throw new QueryFailure.TooManyFollow();
        }
        return Multi.createFrom()
                .deferred(() -> begin(filter, last, sse))
                .onTermination()
                .invoke(followers::leave);
    }

    private Multi<OutboundSseEvent> begin(Filter filter, Optional<ChangePosition> last, Sse sse) {
        return Uni.combine()
                .all()
                .unis(changes.first(), changes.now())
                .asTuple()
                .onItem()
                .transformToMulti(bounds -> {
                    ChangePosition now = bounds.getItem2();
                    boolean isLost =
                            last.isPresent()
                                    && (bounds.getItem1().isBeyond(last.get())
                                            || last.get().isBeyond(now));
                    Multi<OutboundSseEvent> greeting = Multi.createFrom().item(comment(sse));
                    Multi<OutboundSseEvent> coming =
                            follow(filter, isLost ? now : last.orElse(now), sse);
                    return isLost
                            ? Multi.createBy()
                                    .concatenating()
                                    .streams(greeting, present(filter, now, sse), coming)
                            : Multi.createBy().concatenating().streams(greeting, coming);
                });
    }

    /// From `position` on, for ever; a comment when there was nothing to send for a while.
    private Multi<OutboundSseEvent> follow(Filter filter, ChangePosition position, Sse sse) {
        var follower = new Follower(filter, position);
        return Multi.createBy()
                .repeating()
                .uni(() -> followers.next(follower.position))
                .indefinitely()
                .onItem()
                .transformToIterable(found -> {
                    List<OutboundSseEvent> events = follower.eventsOf(found, sse);
                    return events.isEmpty() && follower.isSilent() ? List.of(comment(sse)) : events;
                });
    }

    /// How far one follower has come.
    private final class Follower {

        private final Filter filter;
        private ChangePosition position;
        private long lastSentNanos = System.nanoTime();

        Follower(Filter filter, ChangePosition position) {
            this.filter = filter;
            this.position = position;
        }

        List<OutboundSseEvent> eventsOf(List<OrderChange> found, Sse sse) {
            List<OutboundSseEvent> events = new ArrayList<>();
            for (OrderChange change : found) {
                position = position.after(change);
                if (filter.matches(change.summary())) {
                    events.add(event(change.summary(), position, sse));
                    lastSentNanos = System.nanoTime();
                }
            }
            return events;
        }

        /// Whether nothing was sent for a heartbeat's time; asking counts as sending.
        boolean isSilent() {
            boolean isSilent = System.nanoTime() - lastSentNanos >= settings.heartbeat().toNanos();
            if (isSilent) {
                lastSentNanos = System.nanoTime();
            }
            return isSilent;
        }
    }

    /// What was missed is forgotten: how the orders are now, instead.
    private Multi<OutboundSseEvent> present(Filter filter, ChangePosition now, Sse sse) {
        Multi<OutboundSseEvent> reset =
                Multi.createFrom()
                        .item(
                                sse.newEventBuilder()
                                        .name("reset")
                                        .id(EventId.encode(now))
                                        .data("{}")
                                        .build());
        return Multi.createBy()
                .concatenating()
                .streams(
                        reset, page(filter, Optional.empty()).map(order -> event(order, now, sse)));
    }

    private Multi<OrderSummary> page(Filter filter, Optional<ListQuery.Position> after) {
        return lists.list(
                        new ListQuery(
                                filter.customerId(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                ListedBy.OLDEST_FIRST,
                                PAGE,
                                after))
                .onItem()
                .transformToMulti(page -> {
                    Multi<OrderSummary> orders =
                            Multi.createFrom().iterable(page.items()).filter(filter::matches);
                    return page.next().isEmpty()
                            ? orders
                            : Multi.createBy()
                                    .concatenating()
                                    .streams(
                                            orders,
                                            Multi.createFrom()
                                                    .deferred(() -> page(filter, page.next())));
                });
    }

    private OutboundSseEvent event(OrderSummary order, ChangePosition seen, Sse sse) {
        return sse.newEventBuilder()
                .name("order")
                .id(EventId.encode(seen))
                .data(json(order))
                .build();
    }

    private String json(OrderSummary order) {
        try {
            return json.writeValueAsString(order);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static OutboundSseEvent comment(Sse sse) {
        return sse.newEventBuilder().comment("still here").build();
    }
}
