package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads of one service. What is not answered soon, or with 503, is late; any other answer than 200
/// ends the benchmark.
final class Reads {

    /// How long an answer is waited for, so that an overload ends too.
    static final Duration LONGEST = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final URI service;

    Reads(Vertx vertx, URI service) {
        this.vertx = vertx;
        this.service = service;
    }

    /// @param latency of all reads; a late one counts as [#LONGEST]
    /// @param late how many of them are
    record Result(Latency latency, long late, Duration time) {

        /// Answers in time, a second.
        double perSecond() {
            return (latency.count() - late) * 1e9 / time.toNanos();
        }
    }

    /// Reads start at a fixed rate, and each counts from the moment at which it should have
    /// started.
    Result openLoop(int rate, Duration time, Supplier<String> path) {
        return run(
                time,
                run -> {
                    Pace pace = new Pace(run.start, rate);
                    long reads = pace.startedBefore(run.end);
                    return OpenLoop.run(
                            vertx,
                            pace,
                            index -> index < reads,
                            index -> run.read(path.get(), pace.due(index)));
                });
    }

    /// Each of `clients` starts its next read when the last one is answered.
    Result closedLoop(int clients, Duration time, Supplier<String> path) {
        return run(
                time,
                run ->
                        ClosedLoop.run(
                                clients,
                                run.end,
                                _ -> () -> run.read(path.get(), System.nanoTime())));
    }

    /// A client of its own: what it has not been answered when it ends burdens nobody else.
    private Result run(Duration time, Function<Run, Future<Void>> load) {
        HttpClient http = HttpLoad.client(vertx, service);
        Promise<Result> result = Promise.promise();
        vertx.runOnContext(_ -> {
            Run run = new Run(http, time);
            load.apply(run).map(_ -> run.result()).onComplete(result);
        });
        Result measured = result.future().toCompletionStage().toCompletableFuture().join();
        http.close();
        return measured;
    }

    private static final class Run {
        final Latency latency = new Latency();
        final long start = System.nanoTime();
        final HttpClient http;
        final long end;
        long late;

        Run(HttpClient http, Duration time) {
            this.http = http;
            this.end = start + time.toNanos();
        }

        Result result() {
            return new Result(latency, late, Duration.ofNanos(System.nanoTime() - start));
        }

        Future<Void> read(String path, long due) {
            return http.request(HttpMethod.GET, path)
                    .compose(HttpClientRequest::send)
                    .compose(answer -> answer.body().map(_ -> answer.statusCode()))
                    .timeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                    .otherwise(failure -> {
                        if (failure instanceof TimeoutException) {
                            return 503;
                        }
                        throw new IllegalStateException(path + " is not answered", failure);
                    })
                    .map(status -> {
                        if (status == 503) {
                            late++;
                            latency.record(LONGEST.toNanos());
                        } else if (status == 200) {
                            latency.record(System.nanoTime() - due);
                        } else {
                            throw new IllegalStateException(path + " answered " + status);
                        }
                        return null;
                    });
        }
    }
}
