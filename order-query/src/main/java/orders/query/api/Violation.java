package orders.query.api;

/// One thing that is wrong with a request.
///
/// @param field where: the name of a parameter or header
/// @param message what, in words that follow the field's name
record Violation(String field, String message) {}
