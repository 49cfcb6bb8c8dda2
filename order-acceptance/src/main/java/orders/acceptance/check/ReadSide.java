package orders.acceptance.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import orders.acceptance.http.Answer;
import orders.acceptance.http.RetryingClient;

/// The query service as a reader of its public API sees it.
public final class ReadSide {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private static final String TOKEN = "Consistency-Token";
    private static final int TOKENS_A_REQUEST = 50;
    private static final int LARGEST_PAGE = 200;
    private static final int DAYS_A_REQUEST = 400;

    private final RetryingClient query;

    private final Duration patience;

    /// @param patience how long one read may take, waiting for its token and retries included
    public ReadSide(URI queryService, Duration patience) {
        this.query = new RetryingClient(queryService, patience);
        this.patience = patience;
    }

    /// Returns when the lists show at least what `tokens` promise.
    ///
    /// @throws UnexpectedAnswer when they do not in time
    public void awaitInLists(Collection<String> tokens) {
        Iterator<String> left = tokens.iterator();
        while (left.hasNext()) {
            List<String> some = new ArrayList<>();
            while (left.hasNext() && some.size() < TOKENS_A_REQUEST) {
                some.add(left.next());
            }
            get("/orders?limit=1", Map.of(TOKEN, String.join(",", some)));
        }
    }

    /// Returns when every projection has applied all that is published, customers' events too.
    ///
    /// @throws UnexpectedAnswer when one has not in time
    public void awaitNoLag() {
        Instant deadline = Instant.now().plus(patience);
        JsonNode projections = get("/projections", Map.of()).path("items");
        while (lag(projections) > 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new UnexpectedAnswer("GET /projections shows lag: " + projections);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            projections = get("/projections", Map.of()).path("items");
        }
    }

    private static long lag(JsonNode projections) {
        long lag = 0;
        for (JsonNode projection : projections) {
            lag += projection.path("lag").path("events").asLong();
        }
        return lag;
    }

    /// Names of the projections that the service does without.
    public List<String> notConfigured() {
        List<String> names = new ArrayList<>();
        for (JsonNode projection : get("/projections", Map.of()).path("items")) {
            if (projection.path("state").asText().equals("NOT_CONFIGURED")) {
                names.add(projection.path("name").asText());
            }
        }
        return names;
    }

    /// Every summary of `GET /orders`, page by page.
    public List<JsonNode> allOrders() {
        return pages("/orders?", "items");
    }

    /// Every summary of `GET /customers/{customerId}/orders`, page by page.
    public List<JsonNode> ordersOf(String customerId) {
        return pages("/customers/" + customerId + "/orders?", "items");
    }

    /// Every hit of `GET /orders/search` among the orders of a customer, page by page, best first.
    ///
    /// @param words empty: all orders
    public List<JsonNode> found(Optional<String> words, String customerId) {
        String question = words.map(text -> "q=" + encoded(text) + "&").orElse("");
        return pages("/orders/search?" + question + "customerId=" + customerId + "&", "hits");
    }

    /// Every entry of `GET /stats/daily`, a range of days after the other.
    public List<JsonNode> days(LocalDate from, LocalDate to) {
        List<JsonNode> days = new ArrayList<>();
        for (LocalDate first = from; !first.isAfter(to); first = first.plusDays(DAYS_A_REQUEST)) {
            LocalDate last = first.plusDays(DAYS_A_REQUEST - 1L);
            String range = "from=" + first + "&to=" + (last.isBefore(to) ? last : to);
            get("/stats/daily?" + range, Map.of()).path("days").forEach(days::add);
        }
        return days;
    }

    /// `GET /orders/{orderId}`; empty when there is no such order.
    ///
    /// @param token what the answer has to wait for; empty: nothing
    public Optional<JsonNode> order(String orderId, Optional<String> token) {
        String path = "/orders/" + orderId;
        Map<String, String> headers = token.map(text -> Map.of(TOKEN, text)).orElse(Map.of());
        Answer answer = query.get(path, headers);
        return answer.isProblem("order-not-found")
                ? Optional.empty()
                : Optional.of(bodyOf(path, answer));
    }

    private List<JsonNode> pages(String question, String field) {
        List<JsonNode> all = new ArrayList<>();
        String firstPage = question + "limit=" + LARGEST_PAGE;
        Optional<String> next = Optional.of(firstPage);
        while (next.isPresent()) {
            JsonNode page = get(next.get(), Map.of());
            page.path(field).forEach(all::add);
            next =
                    Optional.ofNullable(page.path("nextCursor").textValue())
                            .map(cursor -> firstPage + "&cursor=" + encoded(cursor));
        }
        return all;
    }

    private JsonNode get(String path, Map<String, String> headers) {
        return bodyOf(path, query.get(path, headers));
    }

    private static JsonNode bodyOf(String path, Answer answer) {
        if (answer.status() != 200) {
            throw new UnexpectedAnswer(
                    "GET " + path + " answered " + answer.kind() + " " + answer.detail());
        }
        return answer.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
