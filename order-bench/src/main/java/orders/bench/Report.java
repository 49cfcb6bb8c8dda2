package orders.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table of figures.
final class Report {

    private final List<Line> lines = new ArrayList<>();

    /// @param value the figure itself
    /// @param reference what it is compared with, from the same run; 0 when with nothing
    private record Line(
            String what,
            String figure,
            double value,
            String against,
            double reference,
            String target) {

        String ratio() {
            return reference == 0 ? "" : String.format(Locale.ROOT, "%.2f", value / reference);
        }
    }

    /// A figure that stands alone.
    ///
    /// @param format of the figure, with its unit
    void add(String what, String format, double value, String target) {
        lines.add(new Line(what, figure(format, value), value, "", 0, target));
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
                        figure(format, value),
                        value,
                        figure(against, reference),
                        reference,
                        target));
    }

    /// Percentiles that stand alone.
    void add(String what, Latency latency) {
        lines.add(new Line(what, latency.toString(), latency.percentile(50), "", 0, ""));
    }

    /// Three percentiles beside those of a yardstick.
    void add(
            String what,
            Latency latency,
            String against,
            Latency reference,
            String target50,
            String target99) {
        addPercentile(what + ", p50", 50, latency, against, reference, target50);
        addPercentile(what + ", p99", 99, latency, against, reference, target99);
        addPercentile(what + ", p99.9", 99.9, latency, against, reference, "");
    }

    private void addPercentile(
            String what,
            double percentile,
            Latency latency,
            String against,
            Latency reference,
            String target) {
        add(
                what,
                "%.1f ms",
                latency.percentile(percentile),
                against + " %.1f ms",
                reference.percentile(percentile),
                target);
    }

    private static String figure(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /// For people.
    String table() {
        StringBuilder table = new StringBuilder();
        String format = "%-60s %-36s %-38s %6s  %s%n";
        table.append(String.format(format, "what", "figure", "against", "ratio", "target"));
        for (Line line : lines) {
            table.append(
                    String.format(
                            format,
                            line.what(),
                            line.figure(),
                            line.against(),
                            line.ratio(),
                            line.target()));
        }
        return table.toString();
    }

    /// For machines.
    void write(Path file, JsonObject machine) throws IOException {
        JsonArray figures = new JsonArray();
        for (Line line : lines) {
            figures.add(
                    new JsonObject()
                            .put("what", line.what())
                            .put("figure", line.figure())
                            .put("value", line.value())
                            .put("against", line.against())
                            .put("reference", line.reference())
                            .put("target", line.target()));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                new JsonObject().put("machine", machine).put("figures", figures).encodePrettily());
    }
}
