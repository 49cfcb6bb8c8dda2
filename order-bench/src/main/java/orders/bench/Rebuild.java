package orders.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/// A rebuild of a read model, watched from outside.
///
/// @param events that it went through
/// @param worstLagSeconds of the live read model meanwhile
record Rebuild(ReadLimits.Throughput events, double worstLagSeconds) {

    private static final int LOOK_AGAIN_MS = 100;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /// Rebuilds, and waits until the next generation is live. Empty when this service cannot.
    static Optional<Rebuild> of(SystemUnderTest system, String projection)
            throws InterruptedException {
        int generation = system.projection(projection).getInteger("generation");
        long start = System.nanoTime();
        int status = system.rebuild(projection);
        if (status == 404 || status == 503) {
            return Optional.empty();
        }
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
        return Optional.of(new Rebuild(new ReadLimits.Throughput(events(now), time), lag));
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
