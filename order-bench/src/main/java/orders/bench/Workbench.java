package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/// What a stage works with.
record Workbench(BenchSettings settings, Vertx vertx, SystemUnderTest system, Report report) {

    /// How much processor time each process used for one of `count` things since `before`.
    void used(String thing, Map<String, Duration> before, long count) {
        report.note("processor ms a " + thing + ": " + Machine.perThing(before, count));
    }

    /// Commands that nobody asks after.
    CommandLoad load() {
        return load((_, _, _) -> Future.succeededFuture());
    }

    CommandLoad load(CommandLoad.Witness witness) {
        return new CommandLoad(vertx, system.commandUri(), witness);
    }
}
