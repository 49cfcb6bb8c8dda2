/// An HTTP client of our services that tries again.
package orders.acceptance.http;
