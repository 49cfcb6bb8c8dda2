package orders.bench;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/// What all stages work with. It says what is going on.
record Workbench(QuerySettings settings, Vertx vertx, Report report) {

    static void step(String what) {
        System.out.println("- " + what);
    }

    static void note(String what) {
        System.out.println("  " + what);
    }

    /// How much processor time each process used for one of `count` things since `before`.
    static void used(String thing, Map<String, Duration> before, long count) {
        note("processor ms a " + thing + ": " + Machine.perThing(before, count));
    }

    HttpLoad load(SystemUnderTest system, String name) {
        return new HttpLoad(vertx, system.commandUri(), unique(name));
    }

    HttpLoad load(SystemUnderTest system, String name, Visibility visibility) {
        return new HttpLoad(vertx, system.commandUri(), unique(name), visibility);
    }

    /// Orders of an earlier load are not created again.
    private static String unique(String name) {
        return name + "-" + System.nanoTime();
    }

    Reads reads(SystemUnderTest system) {
        return new Reads(vertx, system.queryUri());
    }

    long grow(History history, int orders, History.Orders kind) {
        step("writing the events of %,d orders".formatted(orders));
        return history.growTo(orders, kind);
    }

    /// As after a time without the read side, which runs only `projection` then.
    void catchUp(
            SystemUnderTest system,
            String what,
            String projection,
            long events,
            Map<String, String> settings)
            throws InterruptedException {
        step("catching up");
        system.restartQuery(settings);
        double time = system.awaitProjections(projection).toNanos() / 1e9;
        report.add(
                "catch-up of %s, %,d events".formatted(what, events),
                "%,.0f events/s",
                events / time,
                "");
    }
}
