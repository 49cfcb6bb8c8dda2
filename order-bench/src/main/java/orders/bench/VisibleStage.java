package orders.bench;

import java.time.Duration;
import java.util.Map;
import orders.bench.Visibility.Probe;
import orders.model.Topics;

/// How soon reads show what was accepted, while all read models that are always embedded keep up.
record VisibleStage(Workbench bench) implements Stage {

    private static final int CLIENTS = 64;

    /// Says how many of the commands are asked after meanwhile.
    private static final int WARM_RATE = 600;

    @Override
    public void run() throws InterruptedException {
        QuerySettings settings = bench.settings();
        try (SystemUnderTest system = new SystemUnderTest()) {
            system.start();
            Workbench.step("warming up");
            // Until then a small machine is busy with compiling the code of all its JVMs.
            bench.load(system, "warm", visibility(system, WARM_RATE))
                    .closedLoop(CLIENTS, settings.warmUp().multipliedBy(5));
            system.awaitReadSide();
            Workbench.step("closed loop, %d clients".formatted(CLIENTS));
            double ceiling =
                    bench.load(system, "closed").closedLoop(CLIENTS, settings.step()).perSecond();
            Report report = bench.report();
            report.add(
                    "commands, closed loop, %d clients".formatted(CLIENTS), "%,.0f/s", ceiling, "");
            report.add(
                    "  read side has caught up after",
                    "%.1f s",
                    system.awaitReadSide().toNanos() / 1e9,
                    "");
            for (int rate : settings.rates()) {
                visible(system, rate);
            }
            visible(system, (int) ceiling / 2);
        }
    }

    private Visibility visibility(SystemUnderTest system, int rate) {
        return new Visibility(
                bench.vertx(), system.queryUri(), rate, Probe.SUMMARIES, Probe.DETAILS);
    }

    private void visible(SystemUnderTest system, int rate) throws InterruptedException {
        Workbench.step("open loop, %d/s".formatted(rate));
        Visibility visibility = visibility(system, rate);
        Map<String, Duration> before = Machine.processorTime();
        try (Arrivals arrivals = new Arrivals(system.kafka(), Topics.ORDER_EVENTS)) {
            HttpLoad.Result result =
                    bench.load(system, "paced", visibility)
                            .openLoop(rate, bench.settings().visible());
            Latency bare = arrivals.since(result.answered());
            Workbench.used("command", before, result.latency().count());
            Workbench.note(visibility.sample());
            for (Probe probe : Probe.values()) {
                boolean isAimedAt = probe == Probe.SUMMARIES && rate == 600;
                bench.report()
                        .add(
                                "202 to visible in %s, %d/s".formatted(probe.readModel, rate),
                                visibility.latency(probe),
                                "bare consumer",
                                bare,
                                isAimedAt ? "8 ms" : "",
                                isAimedAt ? "50 ms" : "");
            }
        }
        system.awaitReadSide();
    }
}
