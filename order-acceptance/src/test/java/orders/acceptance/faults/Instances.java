package orders.acceptance.faults;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orders.acceptance.TestFolder;
import orders.devstack.ServerProcess;
import orders.devstack.ServiceProcess;

/// Two instances of a service, which tests may break.
///
/// @param all in the order of their names: `<service>-1`, `<service>-2`
record Instances(List<ServiceProcess> all) {

    /// Instances that are not started yet.
    static Instances of(String service, TestFolder folder, Map<String, String> environment) {
        return new Instances(
                Stream.of("1", "2")
                        .map(number -> instance(service, number, folder, environment))
                        .toList());
    }

    List<URI> uris() {
        return all.stream().map(ServiceProcess::uri).toList();
    }

    /// The other instance.
    ServiceProcess otherThan(ServiceProcess instance) {
        return all.stream().filter(each -> each != instance).findFirst().orElseThrow();
    }

    /// Starts those that do not run and lets go on those that are frozen.
    void startAll() {
        all.forEach(ServerProcess::resume);
        all.parallelStream().forEach(ServerProcess::start);
    }

    /// Stops all, those that are frozen too.
    void stopAll() {
        all.forEach(ServerProcess::resume);
        all.parallelStream().forEach(ServerProcess::stop);
    }

    private static ServiceProcess instance(
            String service, String number, TestFolder folder, Map<String, String> environment) {
        String name = service + "-" + number;
        Map<String, String> settings = new HashMap<>(environment);
        // Instances call themselves by their host, as pods do.
        settings.put("HOSTNAME", name);
        return folder.service(service, name, settings);
    }
}
