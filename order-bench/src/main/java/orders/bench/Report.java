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

    private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9);

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

        JsonObject json() {
            JsonObject json =
                    new JsonObject().put("what", what).put("figure", figure).put("value", value);
            if (reference != 0) {
                json.put("against", against)
                        .put("reference", reference)
                        .put("ratio", value / reference);
            }
            return json.put("target", target);
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

    /// Three percentiles that stand alone.
    void add(String what, Latency latency) {
        for (double percentile : PERCENTILES) {
            add(named(what, percentile), "%.1f ms", latency.percentile(percentile), "");
        }
    }

    /// Three percentiles beside those of a yardstick.
    void add(
            String what,
            Latency latency,
            String against,
            Latency reference,
            String target50,
            String target99) {
        List<String> targets = List.of(target50, target99, "");
        for (int index = 0; index < PERCENTILES.size(); index++) {
            double percentile = PERCENTILES.get(index);
            add(
                    named(what, percentile),
                    "%.1f ms",
                    latency.percentile(percentile),
                    against + " %.1f ms",
                    reference.percentile(percentile),
                    targets.get(index));
        }
    }

    private static String named(String what, double percentile) {
        return what + ", p" + Double.toString(percentile).replace(".0", "");
    }

    private static String figure(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /// For people.
    String table() {
        StringBuilder table = new StringBuilder();
        String format = "%-64s %-36s %-38s %6s  %s%n";
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
            figures.add(line.json());
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file,
                new JsonObject().put("machine", machine).put("figures", figures).encodePrettily());
    }
}
