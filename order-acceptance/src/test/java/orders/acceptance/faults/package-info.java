/// Faults under load: what clients were promised holds whatever breaks. Only the checker, and those
/// who cause a fault, look behind the API into the stores.
package orders.acceptance.faults;
