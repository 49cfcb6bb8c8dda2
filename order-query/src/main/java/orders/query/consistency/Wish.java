package orders.query.consistency;

import java.time.Duration;
import java.util.List;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;

/// What a read must show, for how long it waits for that at most, and whether it takes less.
///
/// @param isLenient whether an older answer is better than none
public record Wish(List<ConsistencyToken> tokens, Duration longest, boolean isLenient) {

    public Wish {
        tokens = List.copyOf(tokens);
    }

    /// The version of the order `orderId` that is asked for, 0 when none is.
    public long versionOf(String orderId) {
        return tokens.stream()
                .filter(token -> token.kind() == Kind.ORDER && token.id().equals(orderId))
                .mapToLong(ConsistencyToken::version)
                .max()
                .orElse(0);
    }
}
