/// HTTP: from a request to a query, from its outcome to an answer or a problem.
package orders.query.api;
