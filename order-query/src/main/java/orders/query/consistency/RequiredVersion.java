package orders.query.consistency;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orders.model.ConsistencyToken;
import orders.query.consistency.ConsistentRead.ShownVersion;

/// What a read must show, for how long it waits for that at most, and whether it takes less.
///
/// @param onlyCustomer the customer whose orders alone the caller may see: of all others no version
///   is ever shown
/// @param isLenient whether an older answer is better than none
public record RequiredVersion(
        List<ConsistencyToken> tokens,
        Optional<String> onlyCustomer,
        Duration longest,
        boolean isLenient) {

    public RequiredVersion {
        tokens = List.copyOf(tokens);
    }

    /// Whether an older answer would break a promise.
    boolean isStrict() {
        return !tokens.isEmpty() && !isLenient;
    }

    /// Whether a newer version than the one that is `shown` is asked for.
    boolean isBeyond(ShownVersion shown) {
        return tokens.stream()
                .anyMatch(token ->
                        token.kind() == shown.kind()
                                && token.id().equals(shown.id())
                                && token.version() > shown.version());
    }
}
