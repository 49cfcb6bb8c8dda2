package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import orders.acceptance.replay.Latencies;
import orders.acceptance.replay.Pace;

/// Requests to one service from one event loop: the machine is needed for what is measured. One
/// that is answered with 503, and a read that is not answered soon, is refused; any other answer
/// than success ends the benchmark.
final class HttpLoad implements AutoCloseable {

    /// How long the answer to a read is waited for, so that an overload ends too.
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int REFUSED = 503;

    private final Vertx vertx;
    private final HttpClient http;
    private final long start = System.nanoTime();
    private final Latencies latency = new Latencies();
    private long refused;
    private volatile boolean isStopped;

    HttpLoad(Vertx vertx, URI service) {
        this.vertx = vertx;
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setDefaultHost(service.getHost())
                                .setDefaultPort(service.getPort())
                                .setMaxPoolSize(512)
                                .setKeepAlive(true));
    }

    /// @param latency of all requests, from when they were due; a refused one counts as [#LONGEST]
    /// @param refused how many of them are
    record Result(Latencies latency, long refused, Duration time) {

        /// Requests that succeeded, a second.
        double perSecond() {
            return (latency.count() - refused) * 1e9 / time.toNanos();
        }
    }

    /// Something that is due at a time, in nanoseconds of this process.
    interface Request {

        Future<?> send(long number, long due);
    }

    /// Each of `clients`, from 0, starts its next request when the last one is answered.
    Result closedLoop(int clients, Duration time, IntFunction<Supplier<Future<?>>> client) {
        long end = System.nanoTime() + time.toNanos();
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(_ ->
                Future.all(
                                IntStream.range(0, clients)
                                        .mapToObj(client)
                                        .map(request -> repeated(request, end))
                                        .toList())
                        .<Void>mapEmpty()
                        .onComplete(done));
        join(done.future());
        return result();
    }

    private static Future<Void> repeated(Supplier<Future<?>> request, long end) {
        Promise<Void> done = Promise.promise();
        next(request, end, done);
        return done.future();
    }

    private static void next(Supplier<Future<?>> request, long end, Promise<Void> done) {
        if (System.nanoTime() >= end) {
            done.complete();
            return;
        }
        request.get().onSuccess(_ -> next(request, end, done)).onFailure(done::fail);
    }

    /// Requests start at a fixed rate, however long each takes, and each counts from the moment at
    /// which it should have started.
    Result openLoop(int rate, Duration time, Request request) {
        var pace = new Pace.PerSecond(System.nanoTime(), rate);
        var open = new Phaser(1);
        var failure = new CompletableFuture<Void>();
        for (long index = 0;
                pace.due(index) < pace.startNanos() + time.toNanos()
                        && !isStopped
                        && !failure.isDone();
                index++) {
            long number = index;
            pace.awaitTurn(number);
            open.register();
            vertx.runOnContext(_ ->
                    request.send(number, pace.due(number))
                            .onFailure(failure::completeExceptionally)
                            .onComplete(_ -> open.arriveAndDeregister()));
        }
        open.arriveAndAwaitAdvance();
        failure.complete(null);
        failure.join();
        return result();
    }

    /// Ends an open loop early.
    void stop() {
        isStopped = true;
    }

    /// What has been measured until now.
    Result result() {
        return new Result(latency, refused, Duration.ofNanos(System.nanoTime() - start));
    }

    /// Answers whether there was an answer in time.
    Future<Boolean> get(String path, Map<String, String> headers, long due) {
        return http.request(HttpMethod.GET, path)
                .compose(request -> {
                    headers.forEach(request::putHeader);
                    return request.send();
                })
                .compose(answer -> status(path, answer))
                .timeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure ->
                        failure instanceof TimeoutException
                                ? Future.succeededFuture(REFUSED)
                                : Future.failedFuture(failure))
                .map(status -> isCounted(status, due));
    }

    /// Answers the `Consistency-Token` of a command, unless it is refused.
    Future<Optional<String>> post(String path, String correlationId, String body, long due) {
        return http.request(HttpMethod.POST, path)
                .compose(request -> sent(request, correlationId, body))
                .compose(answer ->
                        status(path, answer)
                                .map(status ->
                                        isCounted(status, due)
                                                ? Optional.of(answer.getHeader("Consistency-Token"))
                                                : Optional.empty()));
    }

    private static Future<HttpClientResponse> sent(
            HttpClientRequest request, String correlationId, String body) {
        return request.putHeader("Content-Type", "application/json")
                .putHeader("Correlation-Id", correlationId)
                .send(body);
    }

    private static Future<Integer> status(String path, HttpClientResponse answer) {
        return answer.body()
                .map(body -> {
                    int status = answer.statusCode();
                    if (status / 100 != 2 && status != REFUSED) {
                        throw new IllegalStateException(path + " answered " + status + " " + body);
                    }
                    return status;
                });
    }

    private boolean isCounted(int status, long due) {
        if (status == REFUSED) {
            refused++;
            latency.add(LONGEST);
            return false;
        }
        latency.add(Duration.ofNanos(System.nanoTime() - due));
        return true;
    }

    @Override
    public void close() {
        http.close();
    }

    static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
