package orders.acceptance.replay;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import orders.acceptance.check.CheckResult;
import orders.acceptance.check.ExpectedOrders;
import orders.acceptance.check.ReadSide;
import orders.acceptance.check.ReadSideCheck;
import orders.acceptance.check.UnexpectedAnswer;
import orders.acceptance.http.Answer;
import orders.acceptance.http.NoAnswer;
import orders.acceptance.http.RetryingClient;
import orders.acceptance.retail.RetailFile;
import orders.acceptance.retail.RetailNames;
import orders.acceptance.retail.RetailOrder;

/// The load driver behind `make replay`: feeds a file of orders through the public API, sums up,
/// and compares the read side with the file.
public final class Replay {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int SHOWN_DIFFERENCES = 20;
    private static final String READINESS = "/q/health/ready";
    private static final Duration START_PATIENCE = Duration.ofSeconds(3);

    private final ReplaySettings settings;
    private final PrintStream out;
    private final RetailNames names;

    private Replay(ReplaySettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        this.names = new RetailNames(settings.prefix());
    }

    /// Ends with 0 when every order was accepted and, where it was compared, the read side agrees
    /// with the file; with 1 when not; with 2 when it was called wrongly.
    public static void main(String... arguments) {
        System.exit(run(new PrintStream(System.out, true, StandardCharsets.UTF_8), arguments));
    }

    /// The whole of it, but for the end of the JVM; returns the exit code.
    static int run(PrintStream out, String... arguments) {
        try {
            return new Replay(ReplaySettings.of(arguments), out).run() ? 0 : FAILED;
        } catch (IllegalArgumentException wrongUsage) {
            out.println(wrongUsage.getMessage());
            out.print(ReplaySettings.USAGE);
            return WRONG_USAGE;
        } catch (IOException unreadable) {
            out.println("Cannot read the orders: " + unreadable);
            return WRONG_USAGE;
        }
    }

    private boolean run() throws IOException {
        List<RetailOrder> orders = RetailFile.read(settings.file());
        if (!isReady(settings.commandUrl()) || !isReady(settings.queryUrl())) {
            return false;
        }
        out.printf(Locale.ROOT, "Feeding %,d orders of %s%n", orders.size(), settings.file());
        var statistics = new Statistics();
        Map<String, String> tokens = feed(orders, statistics);
        if (statistics.orders() < orders.size()) {
            out.printf(
                    Locale.ROOT,
                    "%,d orders did not come through, so the read side is not compared%n",
                    orders.size() - statistics.orders());
            return false;
        }
        return !settings.verify() || verify(orders, tokens);
    }

    private boolean isReady(URI service) {
        try {
            Answer answer = new RetryingClient(service, START_PATIENCE).get(READINESS, Map.of());
            if (answer.isSuccess()) {
                return true;
            }
            out.println("Not ready: " + service + READINESS + " answers " + answer.status());
        } catch (NoAnswer away) {
            out.println("Nothing to feed: " + away.getMessage());
        }
        return false;
    }

    private Map<String, String> feed(List<RetailOrder> orders, Statistics statistics) {
        var commands = new RetryingClient(settings.commandUrl(), settings.patience());
        long start = System.nanoTime();
        Pace pace =
                settings.rate()
                        .map(Pace::perSecond)
                        .orElseGet(() -> Pace.atATime(settings.concurrency()));
        Map<String, String> tokens =
                new Feed(commands, names, pace, statistics, new Progress(out, orders.size()))
                        .run(orders);
        report(statistics, Duration.ofNanos(System.nanoTime() - start));
        return tokens;
    }

    private void report(Statistics statistics, Duration time) {
        double seconds = time.toNanos() / 1e9;
        out.printf(
                Locale.ROOT,
                "Fed      %,d orders in %.1f s: %,.0f orders/s, %,.0f commands/s (%,d commands)%n",
                statistics.orders(),
                seconds,
                statistics.orders() / seconds,
                statistics.commands() / seconds,
                statistics.commands());
        if (statistics.ordersThereAlready() > 0) {
            out.printf(
                    Locale.ROOT,
                    "         %,d of them were there already%n",
                    statistics.ordersThereAlready());
        }
        out.printf("Latency  %s a command%n", statistics.latencies());
        out.printf(Locale.ROOT, "Retries  %,d%n", statistics.retries());
        Map<String, Long> errors = statistics.errors();
        out.printf("Errors   %s%n", errors.isEmpty() ? "none" : "");
        errors.forEach((kind, count) ->
                out.printf(
                        Locale.ROOT,
                        "         %,d times %s (for example: %s)%n",
                        count,
                        kind,
                        statistics.exampleOf(kind)));
    }

    private boolean verify(List<RetailOrder> orders, Map<String, String> tokens) {
        out.println("Comparing the read side with the file");
        ExpectedOrders expected = ExpectedOrders.of(orders, names);
        var readSide = new ReadSide(settings.queryUrl(), settings.patience());
        var check =
                new ReadSideCheck(readSide, expected, settings.prefix(), settings.concurrency());
        try {
            CheckResult result = check.run(tokens);
            report(result, expected.size());
            return result.differences().isEmpty();
        } catch (UnexpectedAnswer | NoAnswer unread) {
            out.println("The read side cannot be compared: " + unread.getMessage());
            return false;
        }
    }

    private void report(CheckResult result, int expected) {
        out.printf(
                Locale.ROOT,
                "Listed   %s; submitted and not cancelled: %,.2f %s%n",
                new TreeMap<>(result.ordersByStatus()),
                result.revenue(),
                RetailNames.CURRENCY);
        if (!result.strangers().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "         and %,d orders %s... that this file does not have%n",
                    result.strangers().size(),
                    settings.prefix());
        }
        result.notConfigured()
                .forEach(projection ->
                        out.printf("         %s is not configured: not compared%n", projection));
        if (result.differences().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "The read side agrees with the file: %s of all %,d orders%n",
                    String.join(", ", compared(result)),
                    expected);
            return;
        }
        out.printf(
                Locale.ROOT,
                "The read side differs from the file, %,d times:%n",
                result.differences().size());
        result.differences().stream()
                .limit(SHOWN_DIFFERENCES)
                .forEach(difference -> out.println("  " + difference));
    }

    private static List<String> compared(CheckResult result) {
        List<String> compared = new ArrayList<>(List.of("lists", "customers' lists", "details"));
        if (!result.notConfigured().contains("order-search")) {
            compared.add("searches");
        }
        if (!result.notConfigured().contains("daily-order-stats")) {
            compared.add("daily statistics");
        }
        return compared;
    }
}
