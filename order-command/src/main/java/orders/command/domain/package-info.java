/// The rules of orders and customers as pure functions: no framework, no clock, no random.
package orders.command.domain;
