/// The servers that the system needs, each a process of its own, for `make run` and for all tests;
/// and the launcher.
package orders.devstack;
