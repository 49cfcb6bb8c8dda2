package orders.bench;

/// Some figures of one topic, on a system of its own, so that it may run without the others.
interface Stage {

    /// Measures, and adds to the report.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    void run() throws Exception;
}
