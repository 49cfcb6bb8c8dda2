package orders.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orders.devstack.ServiceProcess;

/// What a service can be built as.
enum Form {
    /// Jars on a JVM.
    JVM("JVM", "quarkus-app/quarkus-run.jar"),
    /// Jars in one class path, on a JVM that has an AOT cache of an earlier start.
    JVM_WITH_AOT_CACHE("JVM with AOT cache", "image-app/quarkus-run.jar"),
    /// A native executable.
    NATIVE("native", "%s-runner");

    private final String words;
    private final String runnable;

    Form(String words, String runnable) {
        this.words = words;
        this.runnable = runnable;
    }

    /// By `-Dform=native`, or a JVM.
    static Form chosen() {
        return "native".equals(System.getProperty("form")) ? NATIVE : JVM;
    }

    boolean isBuilt(String service) {
        return Files.exists(runnable(service));
    }

    /// A service of this form that is not started yet.
    ///
    /// @param folder of its log and what else it leaves
    ServiceProcess service(String service, Map<String, String> environment, Path folder) {
        Map<String, String> complete = new HashMap<>(environment);
        if (this == JVM_WITH_AOT_CACHE) {
            complete.put("JAVA_TOOL_OPTIONS", "-XX:AOTCache=" + cache(service, folder));
        }
        return ServiceProcess.of(
                service, runnable(service), complete, 0, folder.resolve(service + ".log"));
    }

    /// Whatever can be done once, before any start.
    void prepare(String service, Map<String, String> environment, Path folder)
            throws IOException, InterruptedException {
        if (this != JVM_WITH_AOT_CACHE) {
            return;
        }
        ProcessBuilder training =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:AOTCacheOutput=" + cache(service, folder),
                                "-Xmx384m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-jar",
                                runnable(service).toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(service + "-training.log").toFile());
        training.environment().putAll(environment);
        training.environment()
                .putAll(Map.of("QUARKUS_HTTP_PORT", "0", "QUARKUS_INIT_AND_EXIT", "true"));
        if (training.start().waitFor() != 0) {
            throw new IOException("No AOT cache: see " + training.redirectOutput().file());
        }
    }

    /// What has to be brought to where it runs, a JVM aside.
    long bytes(String service, Path folder) {
        Path file = runnable(service);
        return switch (this) {
            case JVM -> size(file.getParent());
            case JVM_WITH_AOT_CACHE -> size(file.getParent()) + size(cache(service, folder));
            case NATIVE -> size(file);
        };
    }

    @Override
    public String toString() {
        return words;
    }

    private Path runnable(String service) {
        return Path.of(service, "target", runnable.formatted(service)).toAbsolutePath();
    }

    private static Path cache(String service, Path folder) {
        return folder.resolve(service + ".aot");
    }

    private static long size(Path path) {
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            long bytes = 0;
            for (Path file : all) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
