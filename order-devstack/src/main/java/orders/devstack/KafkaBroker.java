package orders.devstack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/// The main class of the broker's process: a real Apache Kafka (KRaft), broker and controller in
/// one node, on loopback.
final class KafkaBroker {

    private KafkaBroker() {}

    /// Arguments: port, data folder, and the file to create when the broker serves; perhaps also
    /// the host by which others reach it, in a container: then it listens everywhere; and further
    /// settings of the broker as `name=value`.
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path data = Path.of(arguments[1]);
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(data);
        }
        Properties settings = settings(port, data);
        for (String further : List.of(arguments).subList(3, arguments.length)) {
            int equals = further.indexOf('=');
            if (equals < 0) {
                listenEverywhere(settings, port, further);
            } else {
                settings.put(further.substring(0, equals), further.substring(equals + 1));
            }
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        Files.createFile(Path.of(arguments[2]));
        System.out.println("Apache Kafka serves on 127.0.0.1:%d, data in %s".formatted(port, data));
        server.awaitShutdown();
    }

    private static void listenEverywhere(Properties settings, int port, String host) {
        settings.put(
                "listeners",
                settings.getProperty("listeners")
                        .replace("//127.0.0.1:" + port, "//0.0.0.0:" + port));
        settings.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(host, port));
    }

    private static void format(Path data) throws Exception {
        new Formatter()
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setIgnoreFormatted(true)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data.toString())
                .setDirectories(List.of(data.toString()))
                .run();
    }

    private static Properties settings(int port, Path data) throws IOException {
        // Nothing outside this process talks to the controller: it may have another port at each
        // start.
        int controllerPort = Ports.free();
        Properties settings = new Properties();
        String text =
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%2$d

                # Topics are created by those who own them.
                auto.create.topics.enable=false

                # One node.
                default.replication.factor=1
                min.insync.replicas=1
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                share.coordinator.state.topic.num.partitions=1

                # Small.
                num.network.threads=2
                num.io.threads=4
                background.threads=2
                log.cleaner.dedupe.buffer.size=4194304
                log.index.size.max.bytes=1048576

                # Quick to give work to a consumer that comes or goes, and quick to be back after it was
                # killed: the controller lets a broker in again only when the session of its former
                # life is over.
                group.initial.rebalance.delay.ms=0
                broker.session.timeout.ms=3000
                broker.heartbeat.interval.ms=500
                """
                        .formatted(controllerPort, port);
        settings.load(new StringReader(text));
        settings.put("log.dirs", data.toString());
        return settings;
    }
}
