package orders.query.consistency;

import java.time.Duration;
import java.util.List;
import orders.model.ConsistencyToken;
import orders.model.ConsistencyToken.Kind;

/// What a read must show, for how long it waits for that at most, and whether it takes less.
///
/// @param isLenient whether an older answer is better than none
public record RequiredVersion(List<ConsistencyToken> tokens, Duration longest, boolean isLenient) {

    public RequiredVersion {
        tokens = List.copyOf(tokens);
    }

    /// Whether a newer version than `version` of what `id` names is asked for.
    public boolean isBeyond(Kind kind, String id, long version) {
        return tokens.stream()
                .anyMatch(token ->
                        token.kind() == kind && token.id().equals(id) && token.version() > version);
    }
}
