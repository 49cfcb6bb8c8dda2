package orders.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import orders.bench.ReadLimits.Throughput;

/// A rebuild of a read model, watched from outside.
///
/// @param events that it went through
/// @param worstLagSeconds of the live read model meanwhile
record Rebuild(Throughput events, double worstLagSeconds) {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /// Rebuilds, and waits until the next generation is live.
    static Rebuild of(SystemUnderTest system, String projection) throws InterruptedException {
        int generation = system.projection(projection).required("generation").asInt();
        long start = System.nanoTime();
        system.rebuild(projection);
        double lag = 0;
        JsonNode now;
        do {
            if (System.nanoTime() > start + LONGEST.toNanos()) {
                throw new IllegalStateException("the rebuild does not end");
            }
            Thread.sleep(PAUSE);
            now = system.projection(projection);
            lag = Math.max(lag, now.required("lag").required("seconds").asDouble());
        } while (!now.required("state").asText().equals("LIVE")
                || now.required("generation").asInt() == generation);
        long events = 0;
        // Offsets begin at 0, and nothing is deleted from the topic of the orders.
        for (JsonNode partition : now.required("partitions")) {
            events += partition.required("end").asLong();
        }
        return new Rebuild(Throughput.since(start, events), lag);
    }

    /// Beside a bare consumer of the same events that reads what is in them, and beside how fast
    /// its rows or documents are written when nothing else is in the way.
    void addTo(
            Report report,
            String what,
            String target,
            Throughput decoded,
            String rows,
            Throughput written) {
        report.add(
                "rebuild of %s, %,d events".formatted(what, events.count()),
                "%,.0f events/s",
                events.perSecond(),
                "read and decoded %,.0f events/s",
                decoded.perSecond(),
                target);
        report.add(
                "  its %,d %s".formatted(written.count(), rows),
                "%,.0f/s",
                new Throughput(written.count(), events.time()).perSecond(),
                "raw writes %,.0f/s",
                written.perSecond(),
                "");
    }
}
