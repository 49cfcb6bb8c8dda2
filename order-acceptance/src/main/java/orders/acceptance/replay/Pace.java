package orders.acceptance.replay;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// When the next order may start.
public sealed interface Pace {

    /// Waits until order number `index`, counted from 0, may start; called by one thread, in order.
    void awaitTurn(long index);

    /// An order is through.
    void finished();

    /// As fast as it goes, `concurrency` orders at a time.
    static Pace atATime(int concurrency) {
        return new AtATime(new Semaphore(concurrency));
    }

    /// `ordersPerSecond` start in each second, whether or not the earlier ones are through: a
    /// service that falls behind shows in the latencies instead of slowing the load down.
    static Pace perSecond(double ordersPerSecond) {
        return new PerSecond(System.nanoTime(), ordersPerSecond);
    }

    /// See [Pace#atATime].
    record AtATime(Semaphore free) implements Pace {

        @Override
        public void awaitTurn(long index) {
            free.acquireUninterruptibly();
        }

        @Override
        public void finished() {
            free.release();
        }
    }

    /// See [Pace#perSecond].
    record PerSecond(long startNanos, double ordersPerSecond) implements Pace {

        /// When it may start, in nanoseconds of this process.
        public long due(long index) {
            return startNanos + (long) (index / ordersPerSecond * Duration.ofSeconds(1).toNanos());
        }

        @Override
        public void awaitTurn(long index) {
            long turn = due(index);
            for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public void finished() {}
    }
}
