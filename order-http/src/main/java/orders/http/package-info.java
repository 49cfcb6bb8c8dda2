/// What both services do alike at the edge of HTTP, whatever they serve.
package orders.http;
