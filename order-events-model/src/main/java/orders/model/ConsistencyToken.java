package orders.model;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A promise to a caller: "reads that carry me show at least this version". Made by the command
/// service, kept by the query service, opaque to everyone else.
///
/// @param kind which aggregate `id` names
/// @param version 1 or more
public record ConsistencyToken(Kind kind, String id, long version) {

    /// The aggregates that have versions.
    public enum Kind {
        ORDER,
        CUSTOMER
    }

    /// @throws IllegalArgumentException when `id` is not an id or `version` is below 1
    public ConsistencyToken {
        Ids.require(id);
        if (version < 1) {
            throw new IllegalArgumentException("version below 1: " + version);
        }
    }

    /// As it stands in the `Consistency-Token` header.
    public String encode() {
        String plain = kind.name().charAt(0) + ":" + version + ":" + id;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads what [#encode] wrote; empty when it did not write that.
    public static Optional<ConsistencyToken> decode(String text) {
        try {
            String plain =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
            String[] parts = plain.split(":", 3);
            if (parts.length != 3) {
                return Optional.empty();
            }
            Kind kind = parts[0].equals("O") ? Kind.ORDER : Kind.CUSTOMER;
            var token = new ConsistencyToken(kind, parts[2], Long.parseLong(parts[1]));
            return token.encode().equals(text) ? Optional.of(token) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
