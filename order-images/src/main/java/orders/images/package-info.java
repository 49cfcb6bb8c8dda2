/// Container images of the services, written to files.
package orders.images;
