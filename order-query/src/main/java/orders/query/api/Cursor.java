package orders.query.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import orders.model.Ids;
import orders.query.readmodel.summaries.ListQuery;
import orders.query.readmodel.summaries.ListQuery.Position;

/// Where a page of orders begins, bound to the sort and filters that it belongs to; opaque to
/// clients. Times are as exact as the store keeps them, in microseconds: otherwise a page would
/// repeat or skip orders of the same millisecond.
///
/// @param question fingerprint of sort and filters
record Cursor(int question, Position position) {

    static final String NOT_OURS = "is not one that this list has given";

    /// The cursor of the page that comes after `position` in the list that `query` asks for.
    static Cursor of(ListQuery query, Position position) {
        return new Cursor(fingerprint(query), position);
    }

    /// Whether it belongs to the list that `query` asks for.
    boolean belongsTo(ListQuery query) {
        return question == fingerprint(query);
    }

    String encode() {
        String plain = "%08x:%d:%s".formatted(question, micros(position.key()), position.orderId());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads what [#encode] wrote; empty when it did not write that.
    static Optional<Cursor> decode(String text) {
        try {
            String plain =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
            String[] parts = plain.split(":", 3);
            if (parts.length != 3 || !Ids.isId(parts[2])) {
                return Optional.empty();
            }
            var cursor =
                    new Cursor(
                            Integer.parseUnsignedInt(parts[0], 16),
                            new Position(
                                    Instant.EPOCH.plus(Long.parseLong(parts[1]), ChronoUnit.MICROS),
                                    parts[2]));
            return cursor.encode().equals(text) ? Optional.of(cursor) : Optional.empty();
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            return Optional.empty();
        }
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static int fingerprint(ListQuery query) {
        return String.join(
                        "|",
                        query.sort().wireName(),
                        query.customerId().orElse(""),
                        query.status().orElse(""),
                        query.from().map(Instant::toString).orElse(""),
                        query.to().map(Instant::toString).orElse(""))
                .hashCode();
    }
}
