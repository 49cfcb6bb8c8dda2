package orders.images;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes the images of both services to `target/images`, from the folder of the project: of the
/// jars, and of native executables where they are built. `BASE_JVM` and `BASE_NATIVE` say what they
/// are put on: see [BaseImage].
public final class Images {

    /// A JVM, where no other is named.
    static final String JVM = "eclipse-temurin:25-jre";

    private static final Path FOLDER = Path.of("target", "images");

    private Images() {}

    /// No arguments.
    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = System.getenv();
        BaseImage jvm = new BaseImage(settings.getOrDefault("BASE_JVM", JVM));
        BaseImage bare =
                new BaseImage(
                        settings.getOrDefault(
                                "BASE_NATIVE", "quay.io/quarkus/ubi9-quarkus-micro-image:2.0"));
        for (ServiceImage image :
                List.of(
                        ServiceImage.of("order-command", 8080),
                        ServiceImage.of("order-query", 8081))) {
            image.write(jvm, FOLDER);
            if (image.hasExecutable()) {
                image.writeNative(bare, FOLDER);
            }
        }
    }
}
