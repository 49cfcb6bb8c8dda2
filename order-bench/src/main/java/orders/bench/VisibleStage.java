package orders.bench;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import orders.acceptance.replay.Latencies;
import orders.bench.Visibility.Probe;
import orders.model.Topics;

/// How soon reads show what was accepted, while all read models that are always embedded keep up.
final class VisibleStage extends Stage {

    private static final int CLIENTS = 64;

    /// The rate of the targets.
    private static final int AIM = 600;

    VisibleStage(BenchSettings settings, Vertx vertx) {
        super(settings, vertx);
    }

    @Override
    void measure() throws InterruptedException {
        system.start(Map.of());
        step("warming up");
        // Until then a small machine is busy with compiling the code of all its JVMs.
        try (Visibility visibility = visibility(AIM);
                CommandLoad load = load(visibility)) {
            load.closedLoop(CLIENTS, settings.warmUp().multipliedBy(2));
        }
        system.awaitReadSide();
        step("closed loop, %d clients".formatted(CLIENTS));
        double ceiling;
        try (CommandLoad load = load()) {
            ceiling = load.closedLoop(CLIENTS, settings.step()).perSecond();
        }
        report.add("commands, closed loop, %d clients".formatted(CLIENTS), "%,.0f/s", ceiling, "");
        report.add("  read side has caught up after", "%.1f s", system.awaitReadSide(), "");
        for (int rate : List.of(100, 300, AIM)) {
            visible(settings.amount(rate));
        }
        visible((int) ceiling / 2);
    }

    private Visibility visibility(int rate) {
        return new Visibility(vertx, system.queryUri(), rate, Probe.SUMMARIES, Probe.DETAILS);
    }

    private void visible(int rate) throws InterruptedException {
        step("open loop, %d/s".formatted(rate));
        Map<String, Duration> before = Machine.processorTime();
        try (Arrivals arrivals = new Arrivals(system, Topics.ORDER_EVENTS);
                Visibility visibility = visibility(rate);
                CommandLoad load = load(visibility)) {
            HttpLoad.Result result = load.openLoop(rate, settings.step());
            Latencies bare = arrivals.since(load.answered());
            used("command", before, result.latency().count());
            note(visibility.sample());
            for (Probe probe : Probe.values()) {
                boolean isAimedAt = probe == Probe.SUMMARIES && rate == AIM;
                report.add(
                        "202 to visible in %s, %d/s".formatted(probe.readModel, rate),
                        visibility.latency(probe),
                        "bare consumer",
                        bare,
                        isAimedAt ? new String[] {"8 ms", "50 ms"} : new String[0]);
            }
        }
        system.awaitReadSide();
    }
}
