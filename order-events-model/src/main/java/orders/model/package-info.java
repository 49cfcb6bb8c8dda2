/// What both services agree on: the events, the values in them, and how they look on the wire.
package orders.model;
