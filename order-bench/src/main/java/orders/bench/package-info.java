/// Measures how fast the system is, as ratios to what the machine can do at most.
package orders.bench;
