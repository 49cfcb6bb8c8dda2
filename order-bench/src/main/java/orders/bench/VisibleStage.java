package orders.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import orders.acceptance.replay.Latencies;
import orders.bench.Visibility.Probe;
import orders.model.Topics;

/// How soon reads show what was accepted, while all read models that are always embedded keep up.
final class VisibleStage implements Stage {

    private static final int CLIENTS = 64;

    /// The rate of the targets.
    private static final int AIM = 600;

    @Override
    public void measure(Workbench bench) throws InterruptedException {
        BenchSettings settings = bench.settings();
        SystemUnderTest system = bench.system();
        Report report = bench.report();
        system.start(Map.of());
        report.step("warming up");
        // Until then a small machine is busy with compiling the code of all its JVMs.
        try (Visibility visibility = visibility(bench, AIM);
                CommandLoad load = bench.load(visibility)) {
            load.closedLoop(CLIENTS, settings.warmUp().multipliedBy(2));
        }
        system.awaitReadSide();
        report.step("closed loop, %d clients".formatted(CLIENTS));
        double ceiling;
        try (CommandLoad load = bench.load()) {
            ceiling = load.closedLoop(CLIENTS, settings.step()).perSecond();
        }
        report.add("commands, closed loop, %d clients".formatted(CLIENTS), "%,.0f/s", ceiling, "");
        report.add("  read side has caught up after", "%.1f s", system.awaitReadSide(), "");
        for (int rate : settings.rates()) {
            visible(bench, rate);
        }
        visible(bench, (int) ceiling / 2);
    }

    private static Visibility visibility(Workbench bench, int rate) {
        return new Visibility(
                bench.vertx(), bench.system().queryUri(), rate, Probe.SUMMARIES, Probe.DETAILS);
    }

    private static void visible(Workbench bench, int rate) throws InterruptedException {
        bench.report().step("open loop, %d/s".formatted(rate));
        Map<String, Duration> before = Machine.processorTime();
        Map<String, Long> answered = new HashMap<>();
        try (Arrivals arrivals = new Arrivals(bench.system().kafka(), Topics.ORDER_EVENTS);
                Visibility visibility = visibility(bench, rate);
                CommandLoad load =
                        bench.load((command, token, at) -> {
                            answered.put(command.correlationId(), at);
                            return visibility.accepted(command, token, at);
                        })) {
            HttpLoad.Result result = load.openLoop(rate, bench.settings().step());
            Latencies bare = arrivals.since(answered);
            bench.used("command", before, result.latency().count());
            bench.report().note(visibility.sample());
            for (Probe probe : Probe.values()) {
                boolean isAimedAt = probe == Probe.SUMMARIES && rate == AIM;
                bench.report()
                        .add(
                                "202 to visible in %s, %d/s".formatted(probe.readModel, rate),
                                visibility.latency(probe),
                                "bare consumer",
                                bare,
                                isAimedAt ? new String[] {"8 ms", "50 ms"} : new String[0]);
            }
        }
        bench.system().awaitReadSide();
    }
}
