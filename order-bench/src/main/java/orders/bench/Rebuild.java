package orders.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import orders.bench.ReadLimits.Throughput;

/// A rebuild of a read model, watched from outside.
///
/// @param events that it went through
/// @param worstLagSeconds of the live read model meanwhile
record Rebuild(Throughput events, double worstLagSeconds) {

    private static final int LOOK_AGAIN_MS = 100;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /// Rebuilds, and waits until the next generation is live.
    static Rebuild of(SystemUnderTest system, String projection) throws InterruptedException {
        int generation = system.projection(projection).getInteger("generation");
        long start = System.nanoTime();
        int status = system.rebuild(projection);
        if (status != 202) {
            throw new IllegalStateException("the rebuild answered " + status);
        }
        double lag = 0;
        JsonObject now;
        do {
            if (System.nanoTime() > start + LONGEST.toNanos()) {
                throw new IllegalStateException("the rebuild does not end");
            }
            Thread.sleep(LOOK_AGAIN_MS);
            now = system.projection(projection);
            lag = Math.max(lag, now.getJsonObject("lag").getDouble("seconds"));
        } while (!isLive(now) || now.getInteger("generation") == generation);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        return new Rebuild(new Throughput(events(now), time), lag);
    }

    /// Beside a bare consumer of the same events that reads what is in them.
    void addTo(Report report, String what, Throughput decoded, String target) {
        report.add(
                "rebuild of %s, %,d events".formatted(what, events.count()),
                "%,.0f events/s",
                events.perSecond(),
                "read and decoded %,.0f events/s",
                decoded.perSecond(),
                target);
    }

    /// So many rows, documents or what the read model consists of.
    ///
    /// @param limit how fast they are written when nothing else is in the way
    void addRowsTo(Report report, String rows, String how, Throughput limit) {
        report.add(
                "  its " + rows,
                "%,.0f " + rows + "/s",
                new Throughput(limit.count(), events.time()).perSecond(),
                how + " %,.0f " + rows + "/s",
                limit.perSecond(),
                "");
    }

    private static boolean isLive(JsonObject projection) {
        return projection.getString("state").equals("LIVE");
    }

    /// Offsets begin at 0, and nothing is deleted from the topic of the orders.
    private static long events(JsonObject projection) {
        return projection.getJsonArray("partitions").stream()
                .mapToLong(partition -> ((JsonObject) partition).getLong("end"))
                .sum();
    }
}
