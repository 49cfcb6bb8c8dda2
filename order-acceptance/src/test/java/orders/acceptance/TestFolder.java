package orders.acceptance;

import java.nio.file.Path;
import java.util.Map;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;

/// A folder under `target` with all data and logs of one running system.
///
/// @param path absolute
public record TestFolder(Path path) {

    /// The folder `target/<name>` without what an earlier run has left in it.
    public static TestFolder emptied(String name) {
        Path folder = Path.of("target", name).toAbsolutePath();
        var _ = DevStackSettings.emptied(folder);
        return new TestFolder(folder);
    }

    /// A service that is not started yet, on any free port.
    ///
    /// @param module that it is built in
    /// @param name of the process and its log
    public ServiceProcess service(String module, String name, Map<String, String> environment) {
        Path log = path.resolve(name + ".log");
        return ServiceProcess.of(name, runnable(module), environment, 0, log);
    }

    /// The jar that is built in `module`, or the native executable that the system property
    /// `<module>.runnable` names, from the project's folder on.
    static Path runnable(String module) {
        String built = module + "/target/quarkus-app/quarkus-run.jar";
        return Path.of("..", System.getProperty(module + ".runnable", built))
                .toAbsolutePath()
                .normalize();
    }
}
