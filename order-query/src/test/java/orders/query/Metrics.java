package orders.query;

import static io.restassured.RestAssured.given;

/// What Prometheus would read.
public final class Metrics {

    private Metrics() {}

    /// The value of a metric, with its labels as they are written there; -1 when it is missing.
    public static double value(String name) {
        return text().lines()
                .map(line -> line.replace(",}", "}"))
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1.0);
    }

    /// All of it.
    public static String text() {
        return given().accept("text/plain").get("/q/metrics").asString();
    }
}
