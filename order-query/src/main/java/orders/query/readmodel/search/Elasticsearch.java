package orders.query.readmodel.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.http.ContentTooLongException;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;

/// Elasticsearch by its low-level client: JSON in, JSON out, and no thread waits. What it refuses
/// fails with [ElasticFailure], what does not reach it with an `IOException`.
@ApplicationScoped
class Elasticsearch {

    /// The setting without which there is none.
    static final String SETTING = "ELASTICSEARCH_URL";

    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 30_000;
    private static final int CONNECTIONS = 50;

    /// In place of a status: the server is not reached, or the request was given up.
    private static final int NO_RESPONSE = 0;

    private final Optional<RestClient> client;
    private final ObjectMapper json;
    private final MeterRegistry metrics;

    /// All that this instance reads without being the writer comes from the same copy of an index:
    /// copies are not refreshed at the same moment. No constant: a native executable would have it
    /// from its compilation, the same in all instances.
    private final String preference = UUID.randomUUID().toString();

    Elasticsearch(
            @ConfigProperty(name = "elasticsearch.url") Optional<List<String>> urls,
            @ConfigProperty(name = "elasticsearch.username") Optional<String> username,
            @ConfigProperty(name = "elasticsearch.password") Optional<String> password,
            ObjectMapper json,
            MeterRegistry metrics) {
        this.client =
                urls.map(nodes ->
                        connect(
                                nodes,
                                username.map(name -> name + ":" + password.orElse(""))
                                        .map(Elasticsearch::basic)));
        this.json = json;
        this.metrics = metrics;
    }

    private static RestClient connect(List<String> urls, Optional<String> authorization) {
        RestClientBuilder builder =
                RestClient.builder(
                                urls.stream()
                                        .map(url -> HttpHost.create(url.replaceAll("/+$", "")))
                                        .toArray(HttpHost[]::new))
                        .setRequestConfigCallback(requests ->
                                requests.setConnectTimeout(CONNECT_MILLIS)
                                        .setConnectionRequestTimeout(ANSWER_MILLIS)
                                        .setSocketTimeout(ANSWER_MILLIS))
                        .setHttpClientConfigCallback(connections ->
                                connections
                                        .setMaxConnPerRoute(CONNECTIONS)
                                        .setMaxConnTotal(CONNECTIONS * urls.size()));
        authorization.ifPresent(value ->
                builder.setDefaultHeaders(
                        new BasicHeader[] {new BasicHeader(HttpHeaders.AUTHORIZATION, value)}));
        return builder.build();
    }

    private static String basic(String credentials) {
        return "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether there is one.
    boolean isConfigured() {
        return client.isPresent();
    }

    /// Answers a request without a body.
    Uni<JsonNode> send(String method, String path) {
        return send(new Request(method, path));
    }

    /// Answers a request.
    ///
    /// @param body becomes JSON
    Uni<JsonNode> send(String method, String path, Object body) {
        return send(method, path, text(body));
    }

    private Uni<JsonNode> send(String method, String path, String body) {
        Request request = new Request(method, path);
        request.setJsonEntity(body);
        return send(request);
    }

    /// The documents of these ids, those that are there, as they are, written a moment ago or not.
    /// None is in an index that is not there.
    Uni<List<JsonNode>> get(String index, Collection<String> ids) {
        return documents("/" + index + "/_mget", ids);
    }

    /// The same as a search of this instance would find them.
    Uni<List<JsonNode>> getShown(String index, Collection<String> ids) {
        return documents("/" + index + "/_mget?realtime=false&preference=" + preference, ids);
    }

    private Uni<List<JsonNode>> documents(String path, Collection<String> ids) {
        return send("POST", path, Map.of("ids", ids)).map(answer -> found(answer.path("docs")));
    }

    private static List<JsonNode> found(JsonNode documents) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode document : documents) {
            String error = document.path("error").path("type").asText("");
            if (!error.isEmpty() && !error.equals("index_not_found_exception")) {
                throw new ElasticFailure(document.path("error"));
            }
            if (document.path("found").booleanValue()) {
                found.add(document);
            }
        }
        return found;
    }

    /// Answers a search. Nothing is found in an index that is not there.
    Uni<JsonNode> search(String index, Object body) {
        return send(
                "POST",
                "/" + index + "/_search?ignore_unavailable=true&preference=" + preference,
                body);
    }

    /// Lets searches find all that is written to `index` by now, if it is there.
    Uni<Void> refresh(String index) {
        return send("POST", "/" + index + "/_refresh?ignore_unavailable=true").replaceWithVoid();
    }

    /// Makes an index, or adds the fields that it does not have when it is there.
    Uni<Void> create(String index, Map<String, ?> settings, Map<String, ?> mappings) {
        return send("PUT", "/" + index, Map.of("settings", settings, "mappings", mappings))
                .onFailure(ElasticFailure::isThereAlready)
                .recoverWithUni(() -> send("PUT", "/" + index + "/_mapping", mappings))
                .replaceWithVoid();
    }

    /// Deletes an index, if it is there.
    Uni<Void> drop(String index) {
        return send("DELETE", "/" + index + "?ignore_unavailable=true").replaceWithVoid();
    }

    /// Makes all writes of `bulk`, each by itself. Answers the sequence numbers of the documents
    /// now, in the order of the writes. Fails when any of them failed.
    Uni<List<SequenceNumber>> write(Bulk bulk) {
        return bulk.isEmpty()
                ? Uni.createFrom().item(List.of())
                : send("POST", "/_bulk", bulk.lines(this::text)).map(Bulk::sequenceNumbers);
    }

    /// `node` as a `type`.
    <T> T read(JsonNode node, Class<T> type) {
        try {
            return json.treeToValue(node, type);
        } catch (JsonProcessingException foreign) {
            throw new UncheckedIOException(foreign);
        }
    }

    private Uni<JsonNode> send(Request request) {
        return measured(request, exchange(request))
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(this::body)
                .onFailure(ResponseException.class)
                .transform(this::failure)
                .onFailure(ContentTooLongException.class)
                .transform(ElasticFailure::tooLarge);
    }

    private Uni<Response> exchange(Request request) {
        return Uni.createFrom()
                .emitter(emitter -> {
                    var sent =
                            client.orElseThrow()
                                    .performRequestAsync(
                                            request,
                                            new ResponseListener() {
                                                @Override
                                                public void onSuccess(Response response) {
                                                    emitter.complete(response);
                                                }

                                                @Override
                                                public void onFailure(Exception failure) {
                                                    emitter.fail(failure);
                                                }
                                            });
                    emitter.onTermination(sent::cancel);
                });
    }

    private Uni<Response> measured(Request request, Uni<Response> exchange) {
        return Uni.createFrom()
                .deferred(() -> {
                    Timer.Sample sample = Timer.start(metrics);
                    return exchange.onTermination()
                            .invoke((response, failure, _) ->
                                    sample.stop(timer(request, status(response, failure))));
                });
    }

    /// Labelled as Micrometer's timers of HTTP clients are, but by endpoint (`_search`) and not by
    /// path: paths have ids in them.
    private Timer timer(Request request, int status) {
        return Timer.builder("elasticsearch.client.requests")
                .description("Requests to Elasticsearch, until their response")
                .tag("method", request.getMethod())
                .tag("endpoint", endpoint(request.getEndpoint()))
                .tag("status", status == NO_RESPONSE ? "NO_RESPONSE" : Integer.toString(status))
                .tags(List.of(Outcome.forStatus(status).asTag()))
                .register(metrics);
    }

    private static int status(Response response, Throwable failure) {
        if (failure instanceof ResponseException refused) {
            return refused.getResponse().getStatusLine().getStatusCode();
        }
        return response == null ? NO_RESPONSE : response.getStatusLine().getStatusCode();
    }

    private static String endpoint(String path) {
        return Stream.of(path.split("[/?]"))
                .filter(part -> part.startsWith("_"))
                .findFirst()
                .orElse("index");
    }

    private JsonNode body(Response response) {
        try (var content = response.getEntity().getContent()) {
            return json.readTree(content);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private ElasticFailure failure(ResponseException refused) {
        int status = refused.getResponse().getStatusLine().getStatusCode();
        try {
            return new ElasticFailure(status, body(refused.getResponse()).path("error"));
        } catch (UncheckedIOException noJson) {
            return new ElasticFailure(status, MissingNode.getInstance());
        }
    }

    private String text(Object body) {
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @PreDestroy
    void close() throws IOException {
        if (client.isPresent()) {
            client.get().close();
        }
    }
}
