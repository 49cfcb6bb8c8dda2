package orders.query.api;

import java.util.Optional;

/// Every way in which a query of the right form can fail.
abstract sealed class QueryFailure extends RuntimeException {

    private QueryFailure(String message) {
        super(message, null, false, false);
    }

    /// There is no such order (yet).
    static final class OrderNotFound extends QueryFailure {
        OrderNotFound() {
            super("There is no such order.");
        }
    }

    /// There is no projection of this name.
    static final class ProjectionNotFound extends QueryFailure {
        ProjectionNotFound() {
            super("There is no such projection.");
        }
    }

    /// The read model that would answer is not configured.
    static final class NotConfigured extends QueryFailure {
        NotConfigured(String projection, Optional<String> missingSetting) {
            super(
                    "The projection %s is not configured%s."
                            .formatted(
                                    projection,
                                    missingSetting
                                            .map(setting -> ": " + setting + " is not set")
                                            .orElse("")));
        }
    }

    /// There is nothing of this kind.
    static final class NotFound extends QueryFailure {
        NotFound(String message) {
            super(message);
        }
    }

    /// A rebuild of this projection is under way.
    static final class RebuildInProgress extends QueryFailure {
        RebuildInProgress() {
            super("A rebuild of this projection is running already.");
        }
    }

    /// There are as many followers as this instance takes.
    static final class TooManyFollow extends QueryFailure {
        TooManyFollow() {
            super("As many follow already as this instance takes.");
        }
    }
}
