/// A patient HTTP client of our services.
package orders.acceptance.http;
