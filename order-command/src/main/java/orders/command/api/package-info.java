/// HTTP: from a request to a command, from an outcome to an answer or a problem.
package orders.command.api;
