/// The command service: requests in, events out.
package orders.command;
