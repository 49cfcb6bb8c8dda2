/// The input: orders of a retailer, one JSON object a line, and what they are called in our system.
package orders.acceptance.retail;
