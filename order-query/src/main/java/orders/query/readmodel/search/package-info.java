/// The read model `order-search` in Elasticsearch: shape, evolve, store and queries.
package orders.query.readmodel.search;
