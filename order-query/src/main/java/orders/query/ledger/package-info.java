/// The books of projections - generations, checkpoints, dead letters - in each kind of store.
package orders.query.ledger;
