package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How soon reads show what commands did: from the receipt of the 202 to the answer of a read that
/// carries its token.
///
/// It asks after a sample only, so that it does not become the load itself.
final class Visibility implements HttpLoad.Witness {

    private static final int PROBES_A_SECOND = 200;
    private static final int LONGEST_WAIT_SECONDS = 30;

    /// What is asked, and which read model answers it.
    enum Probe {
        SUMMARIES("order-summaries"),
        DETAILS("order-details");

        final String readModel;

        Probe(String readModel) {
            this.readModel = readModel;
        }

        private String path(Commands.Command command) {
            return switch (this) {
                case SUMMARIES -> "/customers/" + command.customerId() + "/orders?limit=1";
                case DETAILS -> "/orders/" + command.orderId();
            };
        }
    }

    private final HttpClient http;
    private final List<Probe> probes;
    private final Map<Probe, Latency> latencies = new EnumMap<>(Probe.class);
    private final int every;
    private long accepted;
    private long late;

    /// @param rate commands a second
    /// @param probes that take turns
    Visibility(Vertx vertx, URI query, int rate, Probe... probes) {
        this.http = HttpLoad.client(vertx, query);
        this.probes = List.of(probes);
        this.probes.forEach(probe -> latencies.put(probe, new Latency()));
        this.every = Math.max(1, rate / PROBES_A_SECOND);
    }

    /// A read that has not answered within half a minute counts as that long.
    Latency latency(Probe probe) {
        return latencies.get(probe);
    }

    /// For the reader of the figures.
    String sample() {
        return "asked after 1 of %d commands, %,d in all; not visible within %d s: %,d"
                .formatted(every, accepted / every, LONGEST_WAIT_SECONDS, late);
    }

    @Override
    public Future<Void> accepted(Commands.Command command, String token, long at) {
        long number = accepted++;
        if (number % every != 0) {
            return Future.succeededFuture();
        }
        Probe probe = probes.get((int) (number / every % probes.size()));
        return http.request(HttpMethod.GET, probe.path(command))
                .compose(request ->
                        request.putHeader("Consistency-Token", token)
                                .putHeader("Prefer", "wait=" + LONGEST_WAIT_SECONDS)
                                .send())
                .compose(answer -> answer.body().map(_ -> answer.statusCode()))
                .map(status -> {
                    if (status == 200) {
                        latency(probe).record(System.nanoTime() - at);
                    } else if (status == 503) {
                        late++;
                        latency(probe).record(LONGEST_WAIT_SECONDS * 1_000_000_000L);
                    } else {
                        throw new IllegalStateException(probe + " answered " + status);
                    }
                    return null;
                });
    }
}
