package orders.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The machine that everything shares: what it is, and who uses how much of it.
final class Machine {

    private Machine() {}

    /// What a reader must know to judge the figures.
    static Map<String, Object> describe(BenchSettings settings) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("at", Instant.now().toString());
        description.put("processor", processor());
        description.put("cores", Runtime.getRuntime().availableProcessors());
        description.put(
                "loadBefore", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        description.put("quick", settings.equals(BenchSettings.QUICK));
        description.put("services", SystemUnderTest.FORM);
        return description;
    }

    /// Processor time by process of the system, and of this one, until now.
    static Map<String, Duration> processorTime() {
        return Stream.concat(
                        Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
                .filter(process -> process.info().totalCpuDuration().isPresent())
                .collect(
                        Collectors.toMap(
                                Machine::name,
                                process -> process.info().totalCpuDuration().get(),
                                Duration::plus,
                                TreeMap::new));
    }

    /// Processor milliseconds that each process used for one of `count` things since `before`.
    static String perThing(Map<String, Duration> before, long count) {
        StringJoiner text = new StringJoiner(", ");
        processorTime()
                .forEach((process, now) -> {
                    Duration used = now.minus(before.getOrDefault(process, Duration.ZERO));
                    text.add(
                            "%s %.2f"
                                    .formatted(process, used.toNanos() / 1e6 / Math.max(1, count)));
                });
        return text.toString();
    }

    private static String name(ProcessHandle process) {
        if (process.pid() == ProcessHandle.current().pid()) {
            return "bench";
        }
        String line = process.info().commandLine().orElse("");
        return Stream.of("order-command", "order-query", "Kafka", "Mongo")
                .filter(line::contains)
                .findFirst()
                .orElse("postgres");
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException noLinux) {
            return System.getProperty("os.arch");
        }
    }
}
