package orders.command.handling;

import java.util.Set;

/// The versions that a caller is content to find.
public sealed interface Expected {

    /// Whether `version` is one of them.
    boolean includes(long version);

    /// Any.
    record AnyVersion() implements Expected {
        @Override
        public boolean includes(long version) {
            return true;
        }
    }

    /// One of these.
    record OneOf(Set<Long> versions) implements Expected {

        public OneOf {
            versions = Set.copyOf(versions);
        }

        @Override
        public boolean includes(long version) {
            return versions.contains(version);
        }
    }
}
