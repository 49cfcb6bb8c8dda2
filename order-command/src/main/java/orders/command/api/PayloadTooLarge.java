package orders.command.api;

/// A body of more than [BodyLimit#BYTES].
final class PayloadTooLarge extends RuntimeException {
    PayloadTooLarge() {
        super("A body may have up to 1 MiB.", null, false, false);
    }
}
