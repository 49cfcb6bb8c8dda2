package orders.devstack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A service that is ready at once and does nothing.
final class FakeService {

    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv("QUARKUS_HTTP_PORT"));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(
                "/q/health/ready",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    /// An executable that runs it.
    static Path executable(Path folder) throws IOException {
        return script(
                folder.resolve("fake-service"),
                "exec %s -Xmx32m -XX:+UseSerialGC -cp '%s' %s"
                        .formatted(
                                TargetFolder.javaProgram(),
                                TargetFolder.find().path().resolve("test-classes"),
                                FakeService.class.getName()));
    }

    /// An executable shell script.
    static Path script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
