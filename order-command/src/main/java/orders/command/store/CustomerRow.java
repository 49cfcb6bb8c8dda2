package orders.command.store;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.Optional;
import orders.model.CustomerEvent.Customer;
import orders.model.CustomerId;

/// What is known of one customer.
@Entity
@Table(name = "customers")
public non-sealed class CustomerRow extends PanacheEntityBase implements AggregateRow {

    @Id
    @Column(name = "customer_id")
    String customerId;

    /// Raised by one with every save; the save fails when somebody else was faster.
    @Version
    @Column(name = "version")
    long version;

    @Column(name = "name")
    String name;

    @Column(name = "email")
    String email;

    @Column(name = "country")
    String country;

    /// For Hibernate.
    protected CustomerRow() {}

    /// The row of a new customer, at version 1.
    public CustomerRow(CustomerId customerId, Customer customer) {
        this.customerId = customerId.value();
        this.version = 1;
        become(customer);
    }

    @Override
    public String aggregateId() {
        return customerId;
    }

    @Override
    public long version() {
        return version;
    }

    /// The customer that decisions are made on.
    public Customer customer() {
        return new Customer(name, Optional.ofNullable(email), Optional.ofNullable(country));
    }

    /// Takes over `customer`; saved when the transaction commits.
    public final void become(Customer customer) {
        name = customer.name();
        email = customer.email().orElse(null);
        country = customer.country().orElse(null);
    }
}
