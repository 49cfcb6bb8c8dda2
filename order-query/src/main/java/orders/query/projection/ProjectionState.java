package orders.query.projection;

/// What a projection is doing.
public enum ProjectionState {
    /// It applies what comes.
    LIVE,

    /// The same, and a new generation is being built.
    REBUILDING,

    /// It does not advance on this instance: see [Projection#lastError].
    STOPPED,

    /// A setting is missing without which it cannot be kept.
    NOT_CONFIGURED
}
