package orders.query.readmodel.stats;

import java.util.Set;

/// What ClickHouse answered instead of doing it.
public final class ClickHouseFailure extends RuntimeException {

    private static final int LONGEST_REASON = 500;

    /// Of its error codes those of values that it cannot take: texts, dates and numbers that cannot
    /// be read or do not fit, missing values, broken constraints.
    private static final Set<String> REFUSALS =
            Set.of("6", "26", "27", "38", "41", "69", "72", "117", "131", "349", "407", "469");

    private static final String UNKNOWN_TABLE = "60";

    private final String code;

    /// @param code ClickHouse's own, `null` when somebody else has answered
    ClickHouseFailure(int status, String code, String reason) {
        super(
                "ClickHouse answers %d: %s"
                        .formatted(
                                status,
                                reason.strip()
                                        .substring(
                                                0,
                                                Math.min(reason.strip().length(), LONGEST_REASON))),
                null,
                false,
                false);
        this.code = code;
    }

    /// Whether it lies in what was to be written.
    public static boolean isRefusal(Throwable failure) {
        return failure instanceof ClickHouseFailure answer
                && answer.code != null
                && REFUSALS.contains(answer.code);
    }

    /// Whether a table is not there.
    public static boolean isMissingTable(Throwable failure) {
        return failure instanceof ClickHouseFailure answer && UNKNOWN_TABLE.equals(answer.code);
    }

    /// Whether it lies in the server, which is full, lets nobody in, or has no tables yet.
    public static boolean isOutage(Throwable failure) {
        return failure instanceof ClickHouseFailure && !isRefusal(failure);
    }
}
