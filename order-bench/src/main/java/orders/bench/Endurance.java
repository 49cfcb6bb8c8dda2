package orders.bench;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// Reads that may be too dear for the rate that is wanted: what the machine can do is measured too.
final class Endurance {

    private static final int CLIENTS = 4;

    private final Workbench bench;
    private final Reads reads;
    private final int rate;

    /// @param rate reads a second that are wanted
    Endurance(Workbench bench, Reads reads, int rate) {
        this.bench = bench;
        this.reads = reads;
        this.rate = rate;
    }

    /// Before the first figure: servers are slow until they have compiled themselves.
    void warmUp(Supplier<String> path) {
        Workbench.step("warming up");
        reads.closedLoop(CLIENTS, bench.settings().warmUp(), path);
    }

    /// As often as a few clients can, at the rate that is wanted and, when that is too much, at
    /// half of what they can.
    void measure(String what, Supplier<String> path) {
        Workbench.step("%s, closed loop".formatted(what));
        double ceiling = reads.closedLoop(CLIENTS, bench.settings().step(), path).perSecond();
        bench.report().add("%s, %d clients".formatted(what, CLIENTS), "%,.1f/s", ceiling, "");
        paced(what, path, rate);
        if (ceiling < rate) {
            paced(what, path, Math.max(1, (int) ceiling / 2));
        }
    }

    private void paced(String what, Supplier<String> path, int each) {
        String name = "%s, %d/s".formatted(what, each);
        Workbench.step(name);
        Map<String, Duration> before = Machine.processorTime();
        Reads.Result result = reads.openLoop(each, bench.settings().step(), path);
        Workbench.used("read", before, result.latency().count());
        bench.report().add(name, result.latency());
        if (result.late() > 0) {
            bench.report()
                    .add(
                            name
                                    + ", not answered within %d s"
                                            .formatted(Reads.LONGEST.toSeconds()),
                            "%,.0f",
                            (double) result.late(),
                            "of %,.0f",
                            (double) result.latency().count(),
                            "");
        }
    }
}
