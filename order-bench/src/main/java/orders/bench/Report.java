package orders.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import orders.acceptance.replay.Latencies;

/// The table of figures.
final class Report {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9);

    private final Map<String, Object> machine;
    private final List<Line> lines = new ArrayList<>();

    /// @param against what it is compared with, from the same run; null when with nothing
    /// @param ratio to that
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            String what,
            String figure,
            double value,
            String against,
            Double reference,
            Double ratio,
            String target) {}

    /// @param machine what a reader must know to judge the figures
    Report(Map<String, Object> machine) {
        this.machine = machine;
    }

    /// A figure that stands alone.
    ///
    /// @param format of the figure, with its unit
    void add(String what, String format, double value, String target) {
        lines.add(new Line(what, text(format, value), value, null, null, null, target));
    }

    /// A figure beside the limit or yardstick that it is compared with.
    void add(
            String what,
            String format,
            double value,
            String against,
            double reference,
            String target) {
        lines.add(
                new Line(
                        what,
                        text(format, value),
                        value,
                        text(against, reference),
                        reference,
                        value / reference,
                        target));
    }

    /// Three percentiles that stand alone.
    void add(String what, Latencies latency) {
        for (double percent : PERCENTILES) {
            add(named(what, percent), "%.1f ms", latency.milliseconds(percent), "");
        }
    }

    /// Three percentiles beside those of a yardstick.
    ///
    /// @param targets of the first of them
    void add(
            String what,
            Latencies latency,
            String against,
            Latencies reference,
            String... targets) {
        for (int index = 0; index < PERCENTILES.size(); index++) {
            double percent = PERCENTILES.get(index);
            add(
                    named(what, percent),
                    "%.1f ms",
                    latency.milliseconds(percent),
                    against + " %.1f ms",
                    reference.milliseconds(percent),
                    index < targets.length ? targets[index] : "");
        }
    }

    private static String named(String what, double percent) {
        return what + ", p" + Double.toString(percent).replace(".0", "");
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /// For people.
    String table() {
        StringBuilder table = new StringBuilder();
        String format = "%-64s %-36s %-38s %6s  %s%n";
        table.append(format.formatted("what", "figure", "against", "ratio", "target"));
        for (Line line : lines) {
            boolean isAlone = line.against() == null;
            table.append(
                    format.formatted(
                            line.what(),
                            line.figure(),
                            isAlone ? "" : line.against(),
                            isAlone ? "" : text("%.2f", line.ratio()),
                            line.target()));
        }
        return table.toString();
    }

    /// For machines.
    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(file.toFile(), Map.of("machine", machine, "figures", lines));
    }
}
