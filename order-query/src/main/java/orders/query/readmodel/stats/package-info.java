/// The read model `daily-order-stats`, in PostgreSQL or in ClickHouse: shape, evolve, stores and
/// queries.
package orders.query.readmodel.stats;
