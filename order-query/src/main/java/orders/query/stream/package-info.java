/// Followers of changes: each is sent every version of the orders that it follows, once.
package orders.query.stream;
