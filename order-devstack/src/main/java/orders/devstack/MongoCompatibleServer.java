package orders.devstack;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.h2.mvstore.MVStore;

/// The main class of the process that speaks MongoDB's protocol. It is **not mongod**: it is
/// mongo-java-server with its data in an H2 store on disk. It has no pipeline updates, no
/// transactions and no change streams.
final class MongoCompatibleServer {

    private MongoCompatibleServer() {}

    /// Arguments: port, data folder, and the file to create when the server serves.
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path file = Path.of(arguments[1]).resolve("mongo-compatible.mv");
        MongoServer server = new MongoServer(new DurableBackend(MVStore.open(file.toString())));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop"));
        server.bind("127.0.0.1", port);
        Files.createFile(Path.of(arguments[2]));
    }

    /// Answers a write when it is in the file, so that killing the process loses nothing that was
    /// acknowledged and never leaves half a write. Writes run one after the other.
    private static final class DurableBackend extends H2Backend {

        private static final Set<String> WRITES =
                Set.of(
                        "insert",
                        "update",
                        "delete",
                        "findAndModify",
                        "findandmodify",
                        "create",
                        "createIndexes",
                        "drop",
                        "dropIndexes",
                        "dropDatabase",
                        "renameCollection");

        private final Object oneWriter = new Object();

        DurableBackend(MVStore store) {
            super(store);
            store.setAutoCommitDelay(0);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            if (!WRITES.contains(message.getDocument().keySet().iterator().next())) {
                return super.handleMessage(message);
            }
            synchronized (oneWriter) {
                Document answer = super.handleMessage(message);
                commit();
                return answer;
            }
        }
    }
}
