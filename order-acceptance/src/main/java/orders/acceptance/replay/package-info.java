/// The load driver: feeds the retailer's orders through the public API and says how that went.
package orders.acceptance.replay;
