/// Takes a command through load, decide and save: one transaction for the new state and its events.
package orders.command.handling;
