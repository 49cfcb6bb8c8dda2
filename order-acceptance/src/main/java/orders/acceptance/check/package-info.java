/// The checker: compares everything that the query service answers with the input.
package orders.acceptance.check;
