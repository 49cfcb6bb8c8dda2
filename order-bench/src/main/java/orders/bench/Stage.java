package orders.bench;

/// Some figures of one topic.
interface Stage {

    /// Measures on a system that is not started yet, and adds to the report.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    void measure(Workbench bench) throws Exception;
}
