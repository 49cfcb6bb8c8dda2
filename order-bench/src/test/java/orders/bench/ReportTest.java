package orders.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private final Report report = new Report();

    @Test
    void a_figure_stands_beside_its_limit_and_their_ratio() {
        report.add("commands", "%,.0f/s", 900, "%,.0f raw commits/s", 1_800, "0.5");

        assertTrue(
                report.table().contains(" 0.50  0.5"), "ratio and target in:\n" + report.table());
    }

    @Test
    void the_same_is_written_for_machines(@TempDir Path folder) throws IOException {
        report.add("raw", "%,.0f commits/s", 1_800, "raw limit");
        Path file = folder.resolve("bench").resolve("command.json");

        report.write(file, new JsonObject().put("cores", 2));

        JsonObject written = new JsonObject(Files.readString(file));
        assertEquals(2, written.getJsonObject("machine").getInteger("cores"));
        assertEquals(1_800, written.getJsonArray("figures").getJsonObject(0).getInteger("value"));
    }
}
