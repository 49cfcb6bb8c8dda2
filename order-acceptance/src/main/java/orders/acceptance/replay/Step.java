package orders.acceptance.replay;

/// The commands that bring one order of the file into our system.
enum Step {
    CUSTOMER,
    CREATE,
    SUBMIT,
    CANCEL;

    String inWords() {
        return switch (this) {
            case CUSTOMER -> "put customer";
            case CREATE -> "create order";
            case SUBMIT -> "submit";
            case CANCEL -> "cancel";
        };
    }
}
