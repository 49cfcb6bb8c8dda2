package orders.http;

import static java.util.Map.entry;

import java.util.Map;

/// What a failure of PostgreSQL means for who asked, by its SQLSTATE (Appendix A of its manual).
public enum SqlFailure {

    /// The server cannot be had, has no room or time, or takes no writes: the same may succeed
    /// later.
    OUTAGE,

    /// Somebody else changed the same at the same time: the same may succeed at once.
    LOST_RACE,

    /// The values are not taken, now or later.
    REFUSAL,

    /// The statement or the schema is wrong.
    DEFECT;

    private static final int CLASS_LENGTH = 2;

    /// Of classes whose codes do not all mean the same.
    private static final Map<String, SqlFailure> CODES =
            Map.ofEntries(
                    // The transaction may not write; it was idle, or took, for too long.
                    entry("25006", OUTAGE),
                    entry("25P03", OUTAGE),
                    entry("25P04", OUTAGE),
                    entry("40002", REFUSAL),
                    entry("55006", LOST_RACE),
                    entry("55P03", LOST_RACE));

    private static final Map<String, SqlFailure> CLASSES =
            Map.ofEntries(
                    // Connections, and who may have one.
                    entry("08", OUTAGE),
                    entry("28", OUTAGE),
                    entry("3D", OUTAGE),
                    // Values: data, constraints, a view's check, limits.
                    entry("22", REFUSAL),
                    entry("23", REFUSAL),
                    entry("44", REFUSAL),
                    entry("54", REFUSAL),
                    // Rolled back, in favour of another.
                    entry("40", LOST_RACE),
                    // Resources, an operator's intervention or a time limit, the system below.
                    entry("53", OUTAGE),
                    entry("57", OUTAGE),
                    entry("58", OUTAGE));

    /// What `sqlState` means: a defect when it is none of those that are known.
    public static SqlFailure of(String sqlState) {
        String ofClass = sqlState.substring(0, Math.min(CLASS_LENGTH, sqlState.length()));
        return CODES.getOrDefault(sqlState, CLASSES.getOrDefault(ofClass, DEFECT));
    }
}
