package orders.http;

/// One thing that is wrong with a request.
///
/// @param field where: the name of a parameter or header, or like `items[0].quantity`
/// @param message what, in words that follow the field's name
public record Violation(String field, String message) {}
