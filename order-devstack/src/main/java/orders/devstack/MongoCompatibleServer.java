package orders.devstack;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
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

    /// Databases that use an index where MongoDB does, and rename a collection in one step.
    static final class Backend extends AbstractMongoBackend {

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new IndexedDatabase(name, getCursorRegistry());
        }

        /// By itself the server drops the collection that is replaced first: meanwhile others would
        /// find none, or create another. A database is locked by whoever looks for a collection.
        @Override
        public Document handleMessage(MongoMessage message) {
            Object renamed = message.getDocument().get("renameCollection");
            if (renamed == null) {
                return super.handleMessage(message);
            }
            synchronized (resolveDatabase(Utils.getDatabaseNameFromFullName(renamed.toString()))) {
                return super.handleMessage(message);
            }
        }
    }
}
