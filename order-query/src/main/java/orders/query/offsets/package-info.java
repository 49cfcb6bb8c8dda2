/// The offset store: generations, checkpoints, dead letters and the rebuild lease of all
/// projections.
package orders.query.offsets;
