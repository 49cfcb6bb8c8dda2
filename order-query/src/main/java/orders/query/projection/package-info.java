/// The engine: from batches of records to read models, whatever store they are kept in.
package orders.query.projection;
