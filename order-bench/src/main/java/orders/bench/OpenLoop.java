package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/// Starts things at a fixed rate, however long each takes: it looks a thousand times a second what
/// is due.
final class OpenLoop {

    private final Vertx vertx;
    private final Pace pace;
    private final LongPredicate isWanted;
    private final LongFunction<Future<?>> thing;
    private final Promise<Void> end = Promise.promise();
    private long started;
    private long open;

    private OpenLoop(
            Vertx vertx, Pace pace, LongPredicate isWanted, LongFunction<Future<?>> thing) {
        this.vertx = vertx;
        this.pace = pace;
        this.isWanted = isWanted;
        this.thing = thing;
    }

    /// Starts things by their number, from 0, on the present event loop. Answers when one is not
    /// wanted any more and all are done, or when one has failed.
    static Future<Void> run(
            Vertx vertx, Pace pace, LongPredicate isWanted, LongFunction<Future<?>> thing) {
        OpenLoop loop = new OpenLoop(vertx, pace, isWanted, thing);
        vertx.setPeriodic(1, loop::tick);
        return loop.end.future();
    }

    private void tick(long timer) {
        long now = System.nanoTime();
        while (isWanted.test(started) && pace.due(started) <= now) {
            open++;
            thing.apply(started++).onFailure(end::tryFail).onComplete(_ -> open--);
        }
        if (open == 0 && !isWanted.test(started)) {
            vertx.cancelTimer(timer);
            end.tryComplete();
        }
    }
}
