package orders.devstack;

import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Several blocking actions at the same time.
final class InParallel {

    private InParallel() {}

    /// Returns when all have ended. When one fails, or the caller is interrupted, the others are
    /// interrupted and awaited, and the first failure is thrown.
    static void run(List<Runnable> actions) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Object> running = new ExecutorCompletionService<>(threads);
            actions.forEach(action -> running.submit(Executors.callable(action)));
            try {
                for (int ended = 0; ended < actions.size(); ended++) {
                    running.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof DevStackFailure failure
                        ? failure
                        : new DevStackFailure(e.getCause().toString(), e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new DevStackFailure("Interrupted", e);
            }
        }
    }
}
