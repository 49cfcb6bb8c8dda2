package orders.acceptance.replay;

/// Told what the feed does, by many threads at once, while it does it: answers quickly.
public interface FeedListener {

    /// Nobody wants to know.
    FeedListener NONE = new FeedListener() {};

    /// The order was created just now; not called for one that was there already.
    default void created(String orderId, String customerId) {}

    /// `done` of all orders are through, well or not.
    default void progressed(int done) {}
}
