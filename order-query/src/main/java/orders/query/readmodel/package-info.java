/// One folder a read model, and what those in PostgreSQL have in common.
package orders.query.readmodel;
