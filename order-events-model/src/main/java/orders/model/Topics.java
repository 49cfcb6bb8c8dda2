package orders.model;

/// The two topics and the headers of their records (CloudEvents 1.0 in Kafka's binary mode).
public final class Topics {

    /// Events of orders, keyed by order id, kept for ever.
    public static final String ORDER_EVENTS = "order-events";

    /// Events of customers, keyed by customer id, compacted.
    public static final String CUSTOMER_EVENTS = "customer-events";

    /// Always `1.0`.
    public static final String CE_SPECVERSION = "ce_specversion";

    /// Unique id of the event.
    public static final String CE_ID = "ce_id";

    /// The service that published it.
    public static final String CE_SOURCE = "ce_source";

    /// Name of the event's type, as in [EventCodec].
    public static final String CE_TYPE = "ce_type";

    /// Id of the order or customer.
    public static final String CE_SUBJECT = "ce_subject";

    /// When it happened.
    public static final String CE_TIME = "ce_time";

    /// Version of the order or customer after this event: 1, 2, 3 ... without gaps.
    public static final String CE_SEQUENCE = "ce_sequence";

    /// Media type of the value.
    public static final String CONTENT_TYPE = "content-type";

    /// The request that caused the event, as its caller named it.
    public static final String CORRELATION_ID = "correlation-id";

    /// W3C trace context of the request that caused the event.
    public static final String TRACEPARENT = "traceparent";

    private Topics() {}
}
