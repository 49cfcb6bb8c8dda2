package orders.devstack;

import java.util.Optional;

/// An embedded server that a stack does without when it cannot be had.
final class Dispensable {

    private volatile Optional<ServerProcess> server;
    private volatile Optional<DevStackFailure> failure = Optional.empty();

    /// @param server empty when none is wanted
    Dispensable(Optional<ServerProcess> server) {
        this.server = server;
    }

    /// The server, unless it is not wanted or cannot be had.
    Optional<ServerProcess> server() {
        return server;
    }

    /// Why it does not run, when it should.
    Optional<DevStackFailure> failure() {
        return failure;
    }

    /// Starts it, or notes why it cannot be had.
    void start() {
        try {
            server.ifPresent(ServerProcess::start);
        } catch (DevStackFailure cannot) {
            server = Optional.empty();
            failure = Optional.of(cannot);
        }
    }
}
