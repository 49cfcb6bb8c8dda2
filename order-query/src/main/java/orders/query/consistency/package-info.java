/// Lets a read wait for a write, and says honestly when an answer is old.
package orders.query.consistency;
