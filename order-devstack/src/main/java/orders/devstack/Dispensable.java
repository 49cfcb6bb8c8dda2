package orders.devstack;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// An embedded server that a stack does without when it cannot be had.
final class Dispensable {

    private volatile Optional<ServerProcess> server;
    private volatile Optional<DevStackFailure> failure = Optional.empty();

    /// @param port empty when none is wanted
    Dispensable(OptionalInt port, IntFunction<ServerProcess> server) {
        this.server = port.stream().mapToObj(server).findFirst();
    }

    /// The server, unless it is not wanted or cannot be had.
    Optional<ServerProcess> server() {
        return server;
    }

    /// Fails with the reason why it cannot be had, or with this one.
    ServerProcess orThrow(Supplier<DevStackFailure> notWanted) {
        return server.orElseThrow(() -> failure.orElseGet(notWanted));
    }

    /// Where it is, when it runs.
    Optional<String> url() {
        return server.map(each -> "http://127.0.0.1:" + each.port());
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
