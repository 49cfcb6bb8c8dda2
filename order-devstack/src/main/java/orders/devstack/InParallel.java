package orders.devstack;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Starts and stops several processes at the same time.
final class InParallel {

    private InParallel() {}

    /// Returns when all are ready. When one fails, or the caller is interrupted, the others are
    /// given up at once; what is ready by then stays.
    static void start(List<? extends ServerProcess> processes) {
        run(processes.stream().<Runnable>map(process -> process::start).toList());
    }

    /// The same of what may be more than a start.
    static void run(List<Runnable> starts) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Object> running = new ExecutorCompletionService<>(threads);
            for (Runnable start : starts) {
                var _ = running.submit(Executors.callable(start));
            }
            try {
                for (int ready = 0; ready < starts.size(); ready++) {
                    running.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw asFailure(e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new DevStackFailure("Interrupted while starting", e);
            }
        }
    }

    /// Returns when none runs any more; an interruption does not change that. Throws one of the
    /// failures when there were some.
    static void stop(List<? extends ServerProcess> processes) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(
                            processes.stream()
                                    .map(process ->
                                            CompletableFuture.runAsync(process::stop, threads))
                                    .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw asFailure(e.getCause());
        }
    }

    private static DevStackFailure asFailure(Throwable cause) {
        return cause instanceof DevStackFailure failure
                ? failure
                : new DevStackFailure(cause.toString(), cause);
    }
}
