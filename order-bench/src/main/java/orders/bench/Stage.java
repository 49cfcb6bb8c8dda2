package orders.bench;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Some figures of one topic, on a system of its own.
abstract class Stage implements AutoCloseable {

    final BenchSettings settings;
    final Vertx vertx;
    final SystemUnderTest system = new SystemUnderTest();
    final Report report;

    Stage(BenchSettings settings, Vertx vertx) {
        this.settings = settings;
        this.vertx = vertx;
        this.report = new Report(Machine.describe(settings));
    }

    /// Measures on a system that is not started yet, and adds to the report.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    abstract void measure() throws Exception;

    /// Says what is measured now.
    static void step(String what) {
        System.out.println("- " + what);
    }

    /// Says more about the last step.
    static void note(String what) {
        System.out.println("  " + what);
    }

    /// How much processor time each process used for one of `count` things since `before`.
    static void used(String thing, Map<String, Duration> before, long count) {
        note("processor ms a " + thing + ": " + Machine.perThing(before, count));
    }

    /// Commands that nobody asks after.
    CommandLoad load() {
        return new CommandLoad(vertx, system.commandUri(), Optional.empty());
    }

    CommandLoad load(Visibility visibility) {
        return new CommandLoad(vertx, system.commandUri(), Optional.of(visibility));
    }

    @Override
    public void close() {
        system.close();
    }
}
