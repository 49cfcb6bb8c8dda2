/// The read model `order-summaries` in PostgreSQL: shape, evolve, store and queries.
package orders.query.readmodel.summaries;
