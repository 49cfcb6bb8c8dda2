/// The read model `order-timeline`, in PostgreSQL: every event of every order, as it was published.
package orders.query.readmodel.timeline;
