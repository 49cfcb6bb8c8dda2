package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orders.acceptance.replay.Latencies;
import orders.bench.CommandLoad.Command;

/// How soon reads show what commands did: from the receipt of the 202 to the answer of a read that
/// carries its token.
///
/// It asks after a sample only, so that it does not become the load itself.
final class Visibility implements AutoCloseable {

    private static final int PROBES_A_SECOND = 200;

    /// What is asked, and which read model answers it.
    enum Probe {
        SUMMARIES("order-summaries"),
        DETAILS("order-details");

        final String readModel;

        Probe(String readModel) {
            this.readModel = readModel;
        }

        private String path(Command command) {
            return switch (this) {
                case SUMMARIES -> "/customers/" + command.customerId() + "/orders?limit=1";
                case DETAILS -> "/orders/" + command.orderId();
            };
        }
    }

    private final List<Probe> probes;
    private final Map<Probe, HttpLoad> reads = new EnumMap<>(Probe.class);
    private final int every;
    private long accepted;

    /// @param rate commands a second
    /// @param probes that take turns
    Visibility(Vertx vertx, URI query, int rate, Probe... probes) {
        this.probes = List.of(probes);
        this.probes.forEach(probe -> reads.put(probe, new HttpLoad(vertx, query)));
        this.every = Math.max(1, rate / PROBES_A_SECOND);
    }

    /// A read that has not answered in time counts as [HttpLoad#LONGEST].
    Latencies latency(Probe probe) {
        return reads.get(probe).result().latency();
    }

    /// For the reader of the figures.
    String sample() {
        return "asked after 1 of %d commands, %,d in all; not visible within %d s: %,d"
                .formatted(
                        every,
                        accepted / every,
                        HttpLoad.LONGEST.toSeconds(),
                        reads.values().stream().mapToLong(each -> each.result().refused()).sum());
    }

    /// Reads, after one command of so many, what must show it.
    ///
    /// @param token its `Consistency-Token`
    /// @param at when it was answered, in nanoseconds of this process
    Future<?> accepted(Command command, String token, long at) {
        long number = accepted++;
        if (number % every != 0) {
            return Future.succeededFuture();
        }
        Probe probe = probes.get((int) (number / every % probes.size()));
        Map<String, String> headers =
                Map.of(
                        "Consistency-Token",
                        token,
                        "Prefer",
                        "wait=" + HttpLoad.LONGEST.toSeconds());
        return reads.get(probe).get(probe.path(command), headers, at);
    }

    @Override
    public void close() {
        reads.values().forEach(HttpLoad::close);
    }
}
