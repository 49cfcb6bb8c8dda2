package orders.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What tests on a cluster need beside the services: the servers of the development stack in
/// `/devstack` and `/elasticsearch`, and what drives load in `/driver`. For tests only.
public final class TestImage {

    private static final FilePermissions RUNNABLE = FilePermissions.fromOctalString("755");

    private TestImage() {}

    /// Writes it to the file `target/images/orders-test.tar`, on `BASE_JVM`. The argument is its
    /// version.
    public static void main(String[] arguments) throws Exception {
        Path servers = Path.of("order-devstack", "target");
        Path search = Path.of("order-devstack-elasticsearch", "target");
        Path driver = Path.of("order-acceptance", "target");
        Path tar = Path.of("target", "images", "orders-test.tar");
        Files.createDirectories(tar.getParent());
        new BaseImage(System.getenv().getOrDefault("BASE_JVM", Images.JVM))
                .start()
                .addFileEntriesLayer(libraries(servers, "/devstack"))
                .addFileEntriesLayer(libraries(search, "/elasticsearch"))
                .addFileEntriesLayer(libraries(driver, "/driver"))
                .addFileEntriesLayer(
                        FileEntriesLayer.builder()
                                .addEntryRecursive(
                                        postgres(servers),
                                        path("/devstack/postgres"),
                                        (_, _) -> RUNNABLE)
                                .build())
                .addFileEntriesLayer(
                        FileEntriesLayer.builder()
                                .addEntryRecursive(
                                        servers.resolve("classes"), path("/devstack/classes"))
                                .addEntryRecursive(
                                        search.resolve("classes"), path("/elasticsearch/classes"))
                                .addEntryRecursive(
                                        search.resolve("home"), path("/elasticsearch/home"))
                                .addEntryRecursive(
                                        driver.resolve("classes"), path("/driver/classes"))
                                .addEntryRecursive(Path.of("samples"), path("/driver/samples"))
                                .build())
                .setUser("10001:10001")
                .containerize(
                        Containerizer.to(TarImage.at(tar).named("orders-test:" + arguments[0])));
        System.out.println("orders-test:" + arguments[0] + " in " + tar);
    }

    private static FileEntriesLayer libraries(Path module, String folder) throws IOException {
        return FileEntriesLayer.builder()
                .addEntryRecursive(module.resolve("lib"), path(folder + "/lib"))
                .build();
    }

    /// Where the development stack has unpacked PostgreSQL's programs.
    private static Path postgres(Path servers) throws IOException {
        try (Stream<Path> files = Files.list(servers)) {
            return files.filter(Files::isDirectory)
                    .filter(folder -> folder.getFileName().toString().startsWith("postgres-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("PostgreSQL is not unpacked in " + servers));
        }
    }

    private static AbsoluteUnixPath path(String path) {
        return AbsoluteUnixPath.get(path);
    }
}
