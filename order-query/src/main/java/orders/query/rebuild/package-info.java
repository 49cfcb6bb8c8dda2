/// Builds a new generation of a read model beside the live one and switches it in.
package orders.query.rebuild;
