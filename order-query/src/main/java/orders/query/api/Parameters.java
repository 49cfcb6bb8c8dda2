package orders.query.api;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orders.http.Fields;
import orders.http.InvalidRequest;
import orders.http.RequestBody;
import orders.http.Violation;
import orders.http.access.Caller;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;
import orders.model.Ids;
import orders.model.OrderId;
import orders.query.consistency.ConsistencySettings;
import orders.query.consistency.RequiredVersion;
import orders.query.readmodel.summaries.ChangePosition;
import orders.query.readmodel.summaries.ListedBy;

/// The query string, path ids and headers of one request. Everything that is wrong is collected,
/// and said at once by [#done].
final class Parameters {

    private static final Set<String> STATUSES =
            Set.of("CREATED", "SUBMITTED", "PAID", "SHIPPED", "CANCELLED");

    private static final int LONGEST_WORDS = 200;
    private static final int LONGEST_COUNTRY = 60;
    private static final int MOST_DAYS = 400;
    private static final int DATE_LENGTH = 10;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final RoutingContext request;
    private final MultiMap query;
    private final List<Violation> violations = new ArrayList<>();

    /// Only `known` parameters may be there, each once.
    Parameters(RoutingContext request, String... known) {
        this.request = request;
        this.query = request.queryParams();
        Set<String> names = Set.of(known);
        for (String name : query.names()) {
            if (!names.contains(name)) {
                violate(name, "is not known");
            } else if (query.getAll(name).size() > 1) {
                violate(name, "is there more than once");
            }
        }
    }

    /// For a call that takes neither parameters nor a body.
    ///
    /// @throws InvalidRequest when there are any
    static void refuseAny(RoutingContext request) {
        Parameters parameters = new Parameters(request);
        var _ = parameters.body();
        parameters.done();
    }

    /// The fields of the body, of which only `known` may be there.
    Fields body(String... known) {
        return Fields.of(RequestBody.json(request), violations, known);
    }

    /// An id in the path.
    String inPath(String name, String value) {
        isId(name, value);
        return value;
    }

    Optional<String> customerId() {
        return text("customerId").filter(value -> isId("customerId", value));
    }

    /// The customer whose orders alone are answered: the one that is asked for, or the only one
    /// that the caller may ask for.
    Optional<String> limit(Optional<String> asked) {
        return Caller.of(request).limit(asked);
    }

    Optional<String> orderId() {
        return text("orderId").filter(value -> isId("orderId", value));
    }

    private boolean isId(String name, String value) {
        boolean isId = name.equals("orderId") ? OrderId.isOrderId(value) : Ids.isId(value);
        return isRight(name, isId, "is not an id");
    }

    /// Where a stream goes on.
    Optional<ChangePosition> lastEventId() {
        return Optional.ofNullable(request.request().getHeader("Last-Event-ID"))
                .flatMap(text -> {
                    Optional<ChangePosition> position = EventId.decode(text);
                    isRight(
                            "Last-Event-ID",
                            position.isPresent(),
                            "is not one that this stream has given");
                    return position;
                });
    }

    Optional<String> status() {
        return text("status")
                .filter(status ->
                        isRight(
                                "status",
                                STATUSES.contains(status),
                                "must be one of CREATED, SUBMITTED, PAID, SHIPPED,"
                                        + " CANCELLED"));
    }

    /// Words to search for: any text that can be typed.
    Optional<String> words() {
        return plain("q", LONGEST_WORDS);
    }

    /// Country of a customer.
    Optional<String> country() {
        return plain("country", LONGEST_COUNTRY);
    }

    private Optional<String> plain(String name, int longest) {
        return text(name)
                .filter(text ->
                        isRight(
                                name,
                                isPlain(text, longest),
                                "must be 1 to %d characters and no control character"
                                        .formatted(longest)));
    }

    private static boolean isPlain(String text, int longest) {
        return !text.isEmpty()
                && text.codePointCount(0, text.length()) <= longest
                && text.codePoints()
                        .noneMatch(point ->
                                Character.isISOControl(point)
                                        || Character.getType(point) == Character.SURROGATE);
    }

    ListedBy sort() {
        Optional<String> name = text("sort");
        if (name.isEmpty()) {
            return ListedBy.NEWEST_FIRST;
        }
        return ListedBy.ofWireName(name.get())
                .orElseGet(() -> {
                    violate("sort", "must be createdAt, -createdAt, updatedAt or -updatedAt");
                    return ListedBy.NEWEST_FIRST;
                });
    }

    int limit() {
        return (int) number("limit", 1, 200).orElse(50L).longValue();
    }

    /// `from` or `to`: a date (its beginning in UTC) or an instant.
    Optional<Instant> time(String name) {
        return text(name)
                .flatMap(text -> {
                    Optional<Instant> time = parseTime(text);
                    isRight(name, time.isPresent(), "must be a date or an instant");
                    return time;
                });
    }

    void requireOrder(Optional<Instant> from, Optional<Instant> to) {
        if (from.isPresent() && to.isPresent() && from.get().isAfter(to.get())) {
            violate("from", "must not be after to");
        }
    }

    /// A date that must be there.
    Optional<LocalDate> date(String name) {
        Optional<LocalDate> date = text(name).flatMap(Parameters::parseDate);
        isRight(
                name,
                date.isPresent(),
                query.contains(name) ? "must be a date like 2026-01-31" : "is required");
        return date;
    }

    /// Of both dates, which are inclusive.
    void requireDays(Optional<LocalDate> from, Optional<LocalDate> to) {
        if (from.isEmpty() || to.isEmpty()) {
            return;
        }
        isRight("from", !from.get().isAfter(to.get()), "must not be after to");
        isRight(
                "to",
                to.get().isBefore(from.get().plusDays(MOST_DAYS)),
                "must be at most the %dth day".formatted(MOST_DAYS));
    }

    Optional<Cursor> cursor() {
        return text("cursor")
                .flatMap(text -> {
                    Optional<Cursor> cursor = Cursor.decode(text);
                    isRight("cursor", cursor.isPresent(), Cursor.NOT_OURS);
                    return cursor;
                });
    }

    Optional<SearchCursor> searchCursor() {
        return text("cursor")
                .flatMap(text -> {
                    Optional<SearchCursor> cursor = SearchCursor.decode(text);
                    isRight("cursor", cursor.isPresent(), Cursor.NOT_OURS);
                    return cursor;
                });
    }

    /// `minVersion` of an order, as the token that it stands for; 0 asks for nothing.
    Optional<ConsistencyToken> minVersion(String orderId) {
        return number("minVersion", 0, Long.MAX_VALUE)
                .filter(version -> version > 0 && OrderId.isOrderId(orderId))
                .map(version -> new ConsistencyToken(Kind.ORDER, orderId, version));
    }

    /// The customer whose orders alone the caller may see.
    Optional<String> onlyCustomer() {
        return Caller.of(request).onlyCustomer();
    }

    /// What the read must show, by tokens and by `minVersion`.
    ///
    /// @param onlyCustomer whose orders it shows
    RequiredVersion required(
            ConsistencySettings settings,
            Optional<ConsistencyToken> minVersion,
            Optional<String> onlyCustomer) {
        List<ConsistencyToken> tokens = new ArrayList<>();
        for (String header : request.request().headers().getAll("Consistency-Token")) {
            for (String text : header.split(",", -1)) {
                ConsistencyToken.decode(text.strip())
                        .ifPresentOrElse(
                                tokens::add,
                                () ->
                                        violate(
                                                "Consistency-Token",
                                                "is not a token of this service"));
            }
        }
        minVersion.ifPresent(tokens::add);
        Preferences preferences = Preferences.of(request.request().headers().getAll("Prefer"));
        Duration wished = preferences.maxWait().orElseGet(settings::defaultWait);
        return new RequiredVersion(
                tokens,
                onlyCustomer,
                wished.compareTo(settings.longestWait()) < 0 ? wished : settings.longestWait(),
                preferences.isLenient());
    }

    void violate(String field, String message) {
        violations.add(new Violation(field, message));
    }

    /// Ends the reading.
    ///
    /// @throws InvalidRequest when anything was wrong
    void done() {
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
    }

    private Optional<Long> number(String name, long min, long max) {
        return text(name)
                .flatMap(text -> {
                    Optional<Long> number =
                            Optional.of(text)
                                    .filter(digits -> NUMBER.matcher(digits).matches())
                                    .map(Long::parseLong)
                                    .filter(value -> value >= min && value <= max);
                    isRight(
                            name,
                            number.isPresent(),
                            max == Long.MAX_VALUE
                                    ? "must be an integer from " + min
                                    : "must be an integer from " + min + " to " + max);
                    return number;
                });
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(query.get(name));
    }

    private boolean isRight(String name, boolean isRight, String message) {
        if (!isRight) {
            violate(name, message);
        }
        return isRight;
    }

    private static Optional<LocalDate> parseDate(String text) {
        try {
            return Optional.of(LocalDate.parse(text)).filter(_ -> text.length() == DATE_LENGTH);
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> parseTime(String text) {
        try {
            return Optional.of(
                    text.length() == DATE_LENGTH
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(text));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }
}
