/// A real Elasticsearch for development, as a process of its own.
package orders.devstack.elasticsearch;
