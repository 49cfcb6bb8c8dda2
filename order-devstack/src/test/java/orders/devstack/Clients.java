package orders.devstack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bson.Document;

/// Writes texts to each server and reads them back, each time over a new connection.
final class Clients {

    private static final String TOPIC = "notes";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final DevStack stack;

    Clients(DevStack stack) {
        this.stack = stack;
    }

    void createTopic() throws Exception {
        try (Admin admin = Admin.create(kafkaSettings())) {
            admin.createTopics(Set.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    void writeToKafka(String text) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        kafkaSettings(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, text))
                    .get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    List<String> readFromKafka() {
        List<String> texts = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        kafkaSettings(), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            long end = consumer.endOffsets(Set.of(partition), DEADLINE).get(partition);
            Instant deadline = Instant.now().plus(DEADLINE);
            while (consumer.position(partition, DEADLINE) < end
                    && Instant.now().isBefore(deadline)) {
                for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(200))) {
                    texts.add(found.value());
                }
            }
        }
        return texts;
    }

    void createTable() throws SQLException {
        try (Connection connection = connect(stack.commandEnvironment());
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE notes (note text)");
        }
    }

    void writeToPostgres(String text) throws SQLException {
        try (Connection connection = connect(stack.commandEnvironment());
                Statement sql = connection.createStatement()) {
            sql.execute("INSERT INTO notes VALUES ('%s')".formatted(text));
        }
    }

    List<String> readFromPostgres() throws SQLException {
        try (Connection connection = connect(stack.commandEnvironment());
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("SELECT note FROM notes")) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    void writeToMongo(String text) {
        try (MongoClient client = mongo()) {
            notes(client).insertOne(new Document("note", text));
        }
    }

    List<String> readFromMongo() {
        try (MongoClient client = mongo()) {
            return notes(client)
                    .find()
                    .map(document -> document.getString("note"))
                    .into(new ArrayList<>());
        }
    }

    void writeToElasticsearch(String text) throws Exception {
        assertEquals(
                201,
                elasticsearch(
                        text,
                        request ->
                                request.header("Content-Type", "application/json")
                                        .PUT(BodyPublishers.ofString("{}"))));
    }

    boolean isInElasticsearch(String text) throws Exception {
        return elasticsearch(text, HttpRequest.Builder::GET) == 200;
    }

    private int elasticsearch(String id, UnaryOperator<HttpRequest.Builder> method)
            throws Exception {
        var document = URI.create(stack.elasticsearchUrl().orElseThrow() + "/notes/_doc/" + id);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            method.apply(HttpRequest.newBuilder(document)).build(),
                            BodyHandlers.discarding())
                    .statusCode();
        }
    }

    static Connection connect(Map<String, String> environment) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + environment.get("ORDERS_DATABASE_URL"),
                environment.get("ORDERS_DATABASE_USERNAME"),
                environment.get("ORDERS_DATABASE_PASSWORD"));
    }

    private MongoClient mongo() {
        return MongoClients.create(
                stack.queryEnvironment().get("QUARKUS_MONGODB_CONNECTION_STRING"));
    }

    private MongoCollection<Document> notes(MongoClient client) {
        return client.getDatabase(stack.queryEnvironment().get("QUARKUS_MONGODB_DATABASE"))
                .getCollection("notes");
    }

    private Properties kafkaSettings() {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", stack.bootstrapServers());
        return settings;
    }
}
