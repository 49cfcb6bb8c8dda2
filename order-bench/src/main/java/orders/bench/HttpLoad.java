package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Clients on one event loop. A command that is not answered with 202 ends the benchmark, except
/// 503, which is counted.
final class HttpLoad {

    private final Vertx vertx;
    private final HttpClient http;
    private final String name;

    /// @param name of the load; begins all order ids
    HttpLoad(Vertx vertx, URI service, String name) {
        this.vertx = vertx;
        this.name = name;
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setDefaultHost(service.getHost())
                                .setDefaultPort(service.getPort())
                                .setMaxPoolSize(512)
                                .setKeepAlive(true));
    }

    /// @param latency of the commands that were accepted
    /// @param answered when each accepted command was answered, in nanoseconds of this process, by
    ///   its correlation id
    /// @param overloaded commands that were answered with 503
    record Result(Latency latency, Map<String, Long> answered, Duration time, long overloaded) {

        double perSecond() {
            return latency.perSecond(time);
        }
    }

    /// Closed loop: each of `clients` sends its next command when the last one is answered.
    Result closedLoop(int clients, Duration time) {
        return run(
                time,
                run -> {
                    List<Future<Void>> ends = new ArrayList<>();
                    for (int client = 0; client < clients; client++) {
                        Promise<Void> end = Promise.promise();
                        ends.add(end.future());
                        next(run, name + "-" + clients + "-" + client, 0, end);
                    }
                    return Future.all(ends).mapEmpty();
                });
    }

    /// Open loop: commands start at a fixed rate, however long each takes, and each counts from the
    /// moment at which it should have started. The commands of an order are a second apart.
    Result openLoop(int rate, Duration time) {
        return run(
                time,
                run -> {
                    Promise<Void> end = Promise.promise();
                    OpenLoop loop = new OpenLoop(run, rate, end);
                    vertx.setPeriodic(1, loop::tick);
                    return end.future();
                });
    }

    private interface Load {
        Future<Void> start(Run run);
    }

    private static final class Run {
        final Latency latency = new Latency();
        final Map<String, Long> answered = new HashMap<>();
        final long start = System.nanoTime();
        final long end;
        long overloaded;

        Run(Duration time) {
            end = start + time.toNanos();
        }
    }

    private Result run(Duration time, Load load) {
        Promise<Result> result = Promise.promise();
        vertx.runOnContext(_ -> {
            Run run = new Run(time);
            load.start(run)
                    .map(_ ->
                            new Result(
                                    run.latency,
                                    run.answered,
                                    Duration.ofNanos(System.nanoTime() - run.start),
                                    run.overloaded))
                    .onComplete(result);
        });
        Result measured = result.future().toCompletionStage().toCompletableFuture().join();
        http.close();
        return measured;
    }

    private void next(Run run, String client, long number, Promise<Void> end) {
        if (System.nanoTime() >= run.end) {
            end.complete();
            return;
        }
        send(run, client, number, System.nanoTime())
                .onSuccess(isAccepted -> next(run, client, isAccepted ? number + 1 : number, end))
                .onFailure(end::fail);
    }

    /// Answers whether the command was accepted.
    private Future<Boolean> send(Run run, String client, long number, long due) {
        Commands.Command command = Commands.command(client, number);
        String id = client + "." + number;
        return http.request(HttpMethod.POST, command.path())
                .compose(request ->
                        request.putHeader("Content-Type", "application/json")
                                .putHeader("Correlation-Id", id)
                                .send(command.body()))
                .compose(answer ->
                        answer.body()
                                .map(body -> {
                                    long now = System.nanoTime();
                                    if (answer.statusCode() == 503) {
                                        run.overloaded++;
                                        return false;
                                    }
                                    if (answer.statusCode() != 202) {
                                        throw new IllegalStateException(
                                                command.path()
                                                        + " answered "
                                                        + answer.statusCode()
                                                        + " "
                                                        + body);
                                    }
                                    run.latency.record(now - due);
                                    run.answered.put(id, now);
                                    return true;
                                }));
    }

    /// Starts what is due, a thousand times a second.
    private final class OpenLoop {
        private final Run run;
        private final Pace pace;
        private final Promise<Void> end;
        private final long commands;
        private final long apart;
        private long started;
        private long open;

        OpenLoop(Run run, int rate, Promise<Void> end) {
            this.run = run;
            this.pace = new Pace(run.start, rate);
            this.end = end;
            this.commands = pace.startedBefore(run.end);
            this.apart = rate;
        }

        void tick(long timer) {
            long now = System.nanoTime();
            while (started < commands && pace.due(started) <= now) {
                start(started++);
            }
            if (started == commands && open == 0) {
                vertx.cancelTimer(timer);
                end.tryComplete();
            }
        }

        /// Three rounds of `apart` commands: all created, then all submitted, then all paid.
        private void start(long index) {
            long group = index / (Commands.PER_ORDER * apart);
            long within = index % (Commands.PER_ORDER * apart);
            long number = Commands.PER_ORDER * group + within / apart;
            open++;
            send(run, name + "-open-" + within % apart, number, pace.due(index))
                    .onFailure(end::tryFail)
                    .onComplete(_ -> open--);
        }
    }
}
