/// A read model as small as one can be: what adding one takes.
package orders.query.readmodel.totals;
