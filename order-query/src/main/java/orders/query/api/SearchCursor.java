package orders.query.api;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import orders.model.Ids;
import orders.query.readmodel.search.SearchQuery;
import orders.query.readmodel.search.SearchQuery.Position;

/// Where a page of found orders begins, bound to the words and filters that it belongs to; opaque
/// to clients.
///
/// @param question fingerprint of words, filters and place
record SearchCursor(int question, Position position) {

    /// The cursor of the page that comes after `position` among what `query` finds.
    static SearchCursor of(SearchQuery query, Position position) {
        return new SearchCursor(fingerprint(query, position), position);
    }

    /// Whether it belongs to what `query` finds.
    boolean belongsTo(SearchQuery query) {
        return question == fingerprint(query, position);
    }

    String encode() {
        String plain = "%08x:%s:%s".formatted(question, position.score(), position.orderId());
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads what [#encode] wrote; empty when it did not write that.
    static Optional<SearchCursor> decode(String text) {
        try {
            String plain =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
            String[] parts = plain.split(":", 3);
            if (parts.length != 3 || !Ids.isId(parts[2])) {
                return Optional.empty();
            }
            var cursor =
                    new SearchCursor(
                            Integer.parseUnsignedInt(parts[0], 16),
                            new Position(Double.parseDouble(parts[1]), parts[2]));
            return Double.isFinite(cursor.position.score()) && cursor.encode().equals(text)
                    ? Optional.of(cursor)
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static int fingerprint(SearchQuery query, Position position) {
        return String.join(
                        "|",
                        query.words().orElse(""),
                        query.status().orElse(""),
                        query.customerId().orElse(""),
                        query.country().orElse(""),
                        query.from().map(Instant::toString).orElse(""),
                        query.to().map(Instant::toString).orElse(""),
                        position.toString())
                .hashCode();
    }
}
