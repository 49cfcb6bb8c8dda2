package orders.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private final Report report = new Report(Map.of("cores", 2));

    @Test
    void a_figure_stands_beside_its_limit_and_their_ratio() {
        report.add("commands", "%,.0f/s", 900, "%,.0f raw commits/s", 1_800, "0.5");

        assertTrue(
                report.table().contains(" 0.50  0.5"), "ratio and target in:\n" + report.table());
    }

    @Test
    void the_same_is_written_for_machines(@TempDir Path folder) throws IOException {
        report.add("raw", "%,.0f commits/s", 1_800, "raw limit");
        report.add("commands", "%,.0f/s", 900, "%,.0f raw commits/s", 1_800, "0.5");
        Path file = folder.resolve("bench").resolve("command.json");

        report.write(file);

        JsonNode written = new ObjectMapper().readTree(file.toFile());
        assertEquals(2, written.at("/machine/cores").asInt());
        assertEquals(1_800, written.at("/figures/0/value").asInt());
        assertTrue(written.at("/figures/0/ratio").isMissingNode());
        assertEquals(0.5, written.at("/figures/1/ratio").asDouble());
    }
}
