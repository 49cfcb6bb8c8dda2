package orders.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A service as an image: it is not root, writes nowhere but to `/tmp`, and needs no shell. The
/// same files make the same image: all times in it are the same.
///
/// @param built the folder `target` of its module
record ServiceImage(String service, String version, int port, Path built) {

    private static final AbsoluteUnixPath APP = AbsoluteUnixPath.get("/app");

    /// Of nobody in particular: any other user may run it too.
    private static final String USER = "10001:10001";

    private static final List<String> JAVA =
            List.of(
                    "java",
                    // The rest is for buffers, threads and the JVM itself.
                    "-XX:MaxRAMPercentage=60",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-jar",
                    "/app/quarkus-run.jar");

    boolean hasExecutable() {
        return Files.exists(executable());
    }

    /// Libraries and the service itself are layers of their own: the first change seldom.
    Path write(BaseImage base, Path folder) throws Exception {
        Path app = built.resolve("image-app");
        FileEntriesLayer libraries =
                FileEntriesLayer.builder()
                        .setName("libraries")
                        .addEntryRecursive(app.resolve("lib"), APP.resolve("lib"))
                        .build();
        FileEntriesLayer.Builder service =
                FileEntriesLayer.builder()
                        .setName("service")
                        .addEntry(app.resolve("quarkus-run.jar"), APP.resolve("quarkus-run.jar"));
        for (String part : List.of("app", "quarkus")) {
            service.addEntryRecursive(app.resolve(part), APP.resolve(part));
        }
        return write(
                base.start()
                        .addFileEntriesLayer(libraries)
                        .addFileEntriesLayer(service.build())
                        .setEntrypoint(JAVA),
                version,
                folder);
    }

    /// Of the native executable.
    Path writeNative(BaseImage base, Path folder) throws Exception {
        AbsoluteUnixPath file = APP.resolve(service);
        FileEntriesLayer executable =
                FileEntriesLayer.builder()
                        .setName("service")
                        .addEntry(executable(), file, FilePermissions.fromOctalString("755"))
                        .build();
        return write(
                base.start()
                        .addFileEntriesLayer(executable)
                        .setEntrypoint(file.toString(), "-XX:MaximumHeapSizePercent=60"),
                version + "-native",
                folder);
    }

    private Path write(JibContainerBuilder image, String tag, Path folder) throws Exception {
        Path tar = folder.resolve(service + "-" + tag + ".tar");
        Files.createDirectories(folder);
        JibContainer written =
                image.setUser(USER)
                        .setWorkingDirectory(APP)
                        .addExposedPort(Port.tcp(port))
                        .setPlatforms(Set.of(new Platform(processor(), "linux")))
                        .setLabels(
                                Map.of(
                                        "org.opencontainers.image.title", service,
                                        "org.opencontainers.image.version", version))
                        .containerize(
                                Containerizer.to(TarImage.at(tar).named(service + ":" + tag))
                                        .setToolName("orders"));
        System.out.printf(
                "%s:%s in %s, %d MB, %s%n",
                service, tag, tar, Files.size(tar) / 1_000_000, written.getImageId());
        return tar;
    }

    private Path executable() {
        return built.resolve(service + "-runner");
    }

    private static String processor() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    /// The service that is built in a folder of this name.
    static ServiceImage of(String service, int port) throws IOException {
        Path built = Path.of(service, "target");
        String version = Files.readString(built.resolve("classes").resolve("version.txt")).strip();
        return new ServiceImage(service, version, port, built);
    }
}
