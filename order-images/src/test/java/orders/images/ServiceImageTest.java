package orders.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceImageTest {

    private static final BaseImage NOTHING = new BaseImage("scratch");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;
    private ServiceImage image;

    @BeforeEach
    void build() throws IOException {
        for (String file :
                new String[] {
                    "image-app/quarkus-run.jar",
                    "image-app/lib/main/library.jar",
                    "image-app/app/service.jar",
                    "image-app/quarkus/generated.jar",
                    "order-query-runner"
                }) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
        image = new ServiceImage("order-query", "1.2.3", 8081, folder);
    }

    @Test
    void it_is_not_root_and_says_what_it_is() throws Exception {
        JsonNode container = configuration(image.write(NOTHING, folder)).get("config");

        assertEquals("10001:10001", container.get("User").asText());
        assertTrue(container.get("ExposedPorts").has("8081/tcp"));
        assertEquals(
                "1.2.3", container.get("Labels").get("org.opencontainers.image.version").asText());
        assertEquals("java", container.get("Entrypoint").get(0).asText());
    }

    @Test
    void the_same_files_make_the_same_image_whenever_they_were_built() throws Exception {
        byte[] first = Files.readAllBytes(image.write(NOTHING, folder.resolve("first")));
        Files.setLastModifiedTime(
                folder.resolve("image-app/app/service.jar"), FileTime.fromMillis(1));
        byte[] second = Files.readAllBytes(image.write(NOTHING, folder.resolve("second")));

        assertArrayEquals(first, second);
    }

    @Test
    void a_native_image_is_the_executable_alone() throws Exception {
        Path tar = image.writeNative(NOTHING, folder);

        JsonNode layers = manifest(tar).get("Layers");
        assertEquals("order-query:1.2.3-native", manifest(tar).at("/RepoTags/0").asText());
        assertEquals(1, layers.size());
        byte[] layer = files(Files.newInputStream(tar)).get(layers.get(0).asText());
        Map<String, byte[]> files = files(new GZIPInputStream(new ByteArrayInputStream(layer)));
        assertArrayEquals(
                "order-query-runner".getBytes(StandardCharsets.UTF_8),
                files.get("app/order-query"));
        assertEquals("/app/order-query", configuration(tar).at("/config/Entrypoint/0").asText());
    }

    private static JsonNode configuration(Path tar) throws IOException {
        String name = manifest(tar).get("Config").asText();
        return JSON.readTree(files(Files.newInputStream(tar)).get(name));
    }

    private static JsonNode manifest(Path tar) throws IOException {
        return JSON.readTree(files(Files.newInputStream(tar)).get("manifest.json")).get(0);
    }

    private static Map<String, byte[]> files(InputStream archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }
}
