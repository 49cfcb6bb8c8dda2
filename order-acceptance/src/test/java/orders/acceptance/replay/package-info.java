/// Tests of the load driver and the checker against the running system.
package orders.acceptance.replay;
