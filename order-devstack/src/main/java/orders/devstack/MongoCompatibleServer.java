package orders.devstack;

import de.bwaldvogel.mongo.MongoDatabase;
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

    private static final int COMMIT_BY_ITSELF_KILOBYTES = 64 * 1024;

    // A tenth of it is also how often the store looks for space that it can use again.
    private static final int COMMIT_BY_ITSELF_MILLIS = 10_000;

    // Killing the process loses nothing that was written, so old space need not be kept for long;
    // the more of it there is, the longer each commit takes.
    private static final int KEEP_UNUSED_MILLIS = 2_000;

    private MongoCompatibleServer() {}

    /// Arguments: port, data folder, and the file to create when the server serves; perhaps also
    /// the address to listen on, in a container.
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path file = Path.of(arguments[1]).resolve("mongo-compatible.mv");
        MongoServer server = new MongoServer(new DurableBackend(open(file)));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow, "stop"));
        server.bind(arguments.length > 3 ? arguments[3] : "127.0.0.1", port);
        Files.createFile(Path.of(arguments[2]));
        System.out.println(
                "mongo-java-server, which is not mongod, serves MongoDB's protocol on 127.0.0.1:%d, data in %s"
                        .formatted(port, file));
    }

    /// The store, whose own commits stay out of the way of ours: they could cut a write in two.
    private static MVStore open(Path file) {
        MVStore store =
                new MVStore.Builder()
                        .fileName(file.toString())
                        .autoCommitBufferSize(COMMIT_BY_ITSELF_KILOBYTES)
                        .open();
        store.setAutoCommitDelay(COMMIT_BY_ITSELF_MILLIS);
        store.setRetentionTime(KEEP_UNUSED_MILLIS);
        return store;
    }

    /// Answers a write when it is in the file, so that killing the process loses nothing that was
    /// acknowledged and never leaves half a write. Writes run one after the other.
    static final class DurableBackend extends H2Backend {

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
        }

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new IndexedDatabase(name, getMvStore(), getCursorRegistry());
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
