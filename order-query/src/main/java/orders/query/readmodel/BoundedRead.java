package orders.query.readmodel;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Reads documents of unknown size by their ids: by requests for more of them while they are small,
/// and until there are some megabytes.
///
/// @param <D> a document
public final class BoundedRead<D> {

    private static final long ENOUGH_BYTES = 4L << 20;
    private static final long LARGE_BYTES = ENOUGH_BYTES / 16;
    private static final int FEWEST = 8;
    private static final int MOST = 64;

    private final List<String> ids;
    private final Function<List<String>, Uni<List<D>>> request;
    private final ToLongFunction<D> size;
    private final List<D> documents = new ArrayList<>();
    private int next;
    private long bytes;

    private BoundedRead(
            List<String> ids,
            Function<List<String>, Uni<List<D>>> request,
            ToLongFunction<D> size) {
        this.ids = ids;
        this.request = request;
        this.size = size;
    }

    /// What was read.
    ///
    /// @param unread ids that were not asked for
    public record Found<D>(List<D> documents, List<String> unread) {}

    /// Asks for some ids at a time, in their order: at least once, though there are none.
    ///
    /// @param request answers the documents that are there
    /// @param size of a document in bytes, about
    public static <D> Uni<Found<D>> of(
            List<String> ids,
            Function<List<String>, Uni<List<D>>> request,
            ToLongFunction<D> size) {
        return new BoundedRead<>(ids, request, size).read(FEWEST);
    }

    private Uni<Found<D>> read(int most) {
        int end = Math.min(next + most, ids.size());
        return request.apply(ids.subList(next, end))
                .chain(found -> {
                    next = end;
                    documents.addAll(found);
                    long added = found.stream().mapToLong(size).sum();
                    bytes += added;
                    return next == ids.size() || bytes >= ENOUGH_BYTES
                            ? Uni.createFrom()
                                    .item(new Found<>(documents, ids.subList(next, ids.size())))
                            : read(added < LARGE_BYTES ? Math.min(2 * most, MOST) : FEWEST);
                });
    }
}
