package orders.devstack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Keycloak, installed once for all stacks of this user.
final class KeycloakPrograms {

    static final String VERSION = "26.7.3";

    private static final String PROGRAM = "keycloak-%s/bin/kc.sh".formatted(VERSION);

    /// It is 180 MB.
    private static final Duration INSTALL_WITHIN = Duration.ofMinutes(10);

    private KeycloakPrograms() {}

    /// Its program. Installs it into the user's cache folder when it is not there yet.
    ///
    /// @param project whose Maven fetches it
    /// @throws DevStackFailure when it cannot be had
    static synchronized Path program(Path project) throws IOException {
        Path folder = Installation.cache().resolve("keycloak-" + VERSION);
        Installation.ensure(folder, PROGRAM, unfinished -> install(project, unfinished));
        return folder.resolve(PROGRAM);
    }

    /// What every run of the program needs in its environment.
    static Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_KC_HEAP",
                "-Xms64m -Xmx384m");
    }

    private static void install(Path project, Path folder) {
        run(
                List.of(
                        project.resolve("mvnw").toString(),
                        "--quiet",
                        "--batch-mode",
                        "--non-recursive",
                        "--file",
                        project.resolve("pom.xml").toString(),
                        "dependency:unpack",
                        "-Dartifact=org.keycloak:keycloak-quarkus-dist:%s:zip".formatted(VERSION),
                        "-DoutputDirectory=" + folder,
                        // Even if it has unpacked it before, to a folder that is gone.
                        "-Dmdep.overWriteReleases=true"));
        // Otherwise the first start does it, and so would two at the same time.
        run(List.of(folder.resolve(PROGRAM).toString(), "build", "--db=dev-file"));
    }

    private static void run(List<String> command) {
        Shell.Result result = Shell.run(command, environment(), INSTALL_WITHIN);
        if (!result.isSuccess()) {
            throw new DevStackFailure(
                    "Keycloak %s cannot be installed: %s".formatted(VERSION, result.output()));
        }
    }
}
