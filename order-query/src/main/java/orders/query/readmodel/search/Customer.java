package orders.query.readmodel.search;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import orders.query.projection.Decoded.CustomerChange;

/// A customer as the projection knows it.
///
/// @param country `null` when there is none
/// @param shownVersion the version that all orders of the customer show, 0 when none does
/// @param readAt `null` of a new one
@RegisterForReflection
record Customer(
        String customerId,
        long version,
        String name,
        String country,
        long shownVersion,
        @JsonIgnore SequenceNumber readAt) {

    /// What `change` makes of `known`, which may be `null`.
    static Customer of(CustomerChange change, Customer known) {
        return known != null && known.version >= change.version()
                ? known
                : new Customer(
                        change.customerId(),
                        change.version(),
                        change.customer().name(),
                        change.customer().country().orElse(null),
                        known == null ? 0 : known.shownVersion,
                        known == null ? null : known.readAt);
    }

    /// The same as it was read or written at `number`.
    Customer at(SequenceNumber number) {
        return new Customer(customerId, version, name, country, shownVersion, number);
    }

    /// Its name as it is searched for, `null` when the index makes that of the name itself.
    @JsonIgnore
    String foldedName() {
        return Optional.ofNullable(name).flatMap(Words::foldedOtherwise).orElse(null);
    }

    /// The same when all its orders show it.
    Customer shown() {
        return new Customer(customerId, version, name, country, version, readAt);
    }
}
