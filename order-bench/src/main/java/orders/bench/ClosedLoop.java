package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Clients, of which each starts its next thing when its last one is done.
final class ClosedLoop {

    private ClosedLoop() {}

    /// Starts the first thing of each client. Answers when the time is over and all are done, or
    /// when one has failed.
    ///
    /// @param end in nanoseconds of this process
    /// @param client what the client of a number, from 0, does each time
    static Future<Void> run(int clients, long end, IntFunction<Supplier<Future<?>>> client) {
        List<Future<Void>> ends =
                IntStream.range(0, clients)
                        .mapToObj(client)
                        .map(thing -> repeated(thing, end))
                        .toList();
        return Future.all(ends).mapEmpty();
    }

    private static Future<Void> repeated(Supplier<Future<?>> thing, long end) {
        Promise<Void> done = Promise.promise();
        next(thing, end, done);
        return done.future();
    }

    private static void next(Supplier<Future<?>> thing, long end, Promise<Void> done) {
        if (System.nanoTime() >= end) {
            done.complete();
            return;
        }
        thing.get().onSuccess(_ -> next(thing, end, done)).onFailure(done::fail);
    }
}
