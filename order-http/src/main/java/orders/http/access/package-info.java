/// Who calls, and what a caller may do.
package orders.http.access;
