package orders.command.api;

/// One thing that is wrong with a request.
///
/// @param field where, like `items[0].quantity`
/// @param message what, in words that follow the field's name

record Violation(String field, String message) {}
