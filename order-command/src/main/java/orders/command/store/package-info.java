/// The tables of the write database and nothing else.
package orders.command.store;
