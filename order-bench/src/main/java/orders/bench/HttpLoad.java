package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Clients on one event loop. A command that is not answered with 202 ends the benchmark, except
/// 503, which is counted.
final class HttpLoad {

    private final Vertx vertx;
    private final HttpClient http;
    private final String name;
    private final Witness witness;
    private volatile boolean isStopped;

    /// Learns of each accepted command.
    interface Witness {

        /// Answers when the command is over for this witness too.
        ///
        /// @param token its `Consistency-Token`
        /// @param at when it was answered, in nanoseconds of this process
        Future<Void> accepted(Commands.Command command, String token, long at);
    }

    /// @param name of the load; begins all order ids
    HttpLoad(Vertx vertx, URI service, String name) {
        this(vertx, service, name, (_, _, _) -> Future.succeededFuture());
    }

    HttpLoad(Vertx vertx, URI service, String name, Witness witness) {
        this.vertx = vertx;
        this.name = name;
        this.http = client(vertx, service);
        this.witness = witness;
    }

    /// Many connections to one service.
    static HttpClient client(Vertx vertx, URI service) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost(service.getHost())
                        .setDefaultPort(service.getPort())
                        .setMaxPoolSize(512)
                        .setKeepAlive(true));
    }

    /// @param latency of the commands that were accepted
    /// @param answered when each accepted command was answered, in nanoseconds of this process, by
    ///   its correlation id
    /// @param overloaded commands that were answered with 503, and in an open loop those of the
    ///   same order after them
    record Result(Latency latency, Map<String, Long> answered, Duration time, long overloaded) {

        double perSecond() {
            return latency.perSecond(time);
        }
    }

    /// Closed loop: each of `clients` sends its next command when the last one is answered.
    Result closedLoop(int clients, Duration time) {
        return run(
                time,
                run ->
                        ClosedLoop.run(
                                clients,
                                run.end,
                                client -> sender(run, name + "-" + clients + "-" + client)));
    }

    /// Sends the commands of a client one after the other, a refused one again.
    private Supplier<Future<?>> sender(Run run, String client) {
        AtomicLong number = new AtomicLong();
        return () ->
                send(run, client, number.get(), System.nanoTime())
                        .map(isAccepted -> number.addAndGet(isAccepted ? 1 : 0));
    }

    /// Open loop: commands start at a fixed rate, however long each takes, and each counts from the
    /// moment at which it should have started. The commands of an order are a second apart.
    Result openLoop(int rate, Duration time) {
        return run(
                time,
                run -> {
                    Pace pace = new Pace(run.start, rate);
                    long commands = pace.startedBefore(run.end);
                    return OpenLoop.run(
                            vertx,
                            pace,
                            index -> index < commands && !isStopped,
                            index -> sendPaced(run, index, rate, pace.due(index)));
                });
    }

    /// Ends an open loop early.
    void stop() {
        isStopped = true;
    }

    private interface Load {
        Future<Void> start(Run run);
    }

    private static final class Run {
        final Latency latency = new Latency();
        final Map<String, Long> answered = new HashMap<>();
        final Map<String, Future<Boolean>> lastOfClient = new HashMap<>();
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
                                .compose(body -> {
                                    long now = System.nanoTime();
                                    if (answer.statusCode() == 503) {
                                        run.overloaded++;
                                        return Future.succeededFuture(false);
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
                                    return witness.accepted(
                                                    command,
                                                    answer.getHeader("Consistency-Token"),
                                                    now)
                                            .map(true);
                                }));
    }

    /// Three rounds of `apart` commands: all created, then all submitted, then all paid. A command
    /// waits for the one before it, and is refused with it.
    private Future<Boolean> sendPaced(Run run, long index, long apart, long due) {
        long group = index / (Commands.PER_ORDER * apart);
        long within = index % (Commands.PER_ORDER * apart);
        long number = Commands.PER_ORDER * group + within / apart;
        String client = name + "-open-" + within % apart;
        Future<Boolean> before =
                number % Commands.PER_ORDER == 0
                        ? Future.succeededFuture(true)
                        : run.lastOfClient.get(client);
        Future<Boolean> sent =
                before.compose(isAccepted -> {
                    if (isAccepted) {
                        return send(run, client, number, due);
                    }
                    run.overloaded++;
                    return Future.succeededFuture(false);
                });
        run.lastOfClient.put(client, sent);
        return sent;
    }
}
