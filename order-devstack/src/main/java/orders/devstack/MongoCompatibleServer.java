package orders.devstack;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import java.nio.file.Files;
import java.nio.file.Path;

/// The main class of the process that speaks MongoDB's protocol. It is **not mongod**: it is
/// mongo-java-server with its data in memory, so a restart empties it. It has no pipeline updates,
/// no transactions and no change streams.
final class MongoCompatibleServer {

    private MongoCompatibleServer() {}

    /// Arguments: port, data folder (which stays empty), and the file to create when the server
    /// serves; perhaps also the address to listen on, in a container.
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        MongoServer server = new MongoServer(new Backend());
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop"));
        server.bind(arguments.length > 3 ? arguments[3] : "127.0.0.1", port);
        Files.createFile(Path.of(arguments[2]));
        System.out.println(
                "mongo-java-server, which is not mongod, serves MongoDB's protocol on 127.0.0.1:%d, data in memory"
                        .formatted(port));
    }

    /// Databases that use an index where MongoDB does.
    static final class Backend extends AbstractMongoBackend {

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new IndexedDatabase(name, getCursorRegistry());
        }
    }
}
