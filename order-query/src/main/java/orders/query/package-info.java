/// The query service: events in, answers out.
package orders.query;
