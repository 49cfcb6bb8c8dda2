package orders.acceptance.replay;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Shows how far the feed is: one line that is drawn over and over on a terminal, a line every few
/// seconds elsewhere.
final class Progress implements IntConsumer {

    private static final int WIDTH = 30;
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration NEXT_LINE = Duration.ofSeconds(5);

    private final PrintStream out;
    private final int total;
    private final boolean isTerminal;
    private final long start = System.nanoTime();
    private long lastShown = start;
    private int farthest;

    Progress(PrintStream out, int total) {
        this.out = out;
        this.total = total;
        this.isTerminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    @Override
    public synchronized void accept(int done) {
        farthest = Math.max(farthest, done);
        long now = System.nanoTime();
        Duration pause = isTerminal ? REDRAW : NEXT_LINE;
        if (done == total || now - lastShown >= pause.toNanos()) {
            lastShown = now;
            show(farthest, now);
        }
    }

    private void show(int done, long now) {
        String line = line(done, (now - start) / 1e9);
        if (isTerminal) {
            out.print("\r" + line + (done == total ? System.lineSeparator() : ""));
            out.flush();
        } else {
            out.println(line);
        }
    }

    private String line(int done, double seconds) {
        int filled = WIDTH * done / total;
        return String.format(
                Locale.ROOT,
                "[%s%s] %,d of %,d orders, %,.0f/s",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                total,
                done / seconds);
    }
}
