package orders.http.access;

/// What a caller may be allowed to do. Each method of a resource names the role that it needs.
public final class Roles {

    /// Reads orders: by id, in lists, by search and as a stream.
    public static final String ORDERS_READ = "orders-read";

    /// Gives commands.
    public static final String ORDERS_WRITE = "orders-write";

    /// Works for the shop: acts on the orders of every customer, ships, and reads statistics.
    public static final String ORDERS_STAFF = "orders-staff";

    /// Operates projections and the relay.
    public static final String PROJECTIONS_ADMIN = "projections-admin";

    private Roles() {}
}
