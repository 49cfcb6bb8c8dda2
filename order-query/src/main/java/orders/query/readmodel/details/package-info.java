/// The read model `order-details` in MongoDB: shape, evolve, store and queries.
package orders.query.readmodel.details;
