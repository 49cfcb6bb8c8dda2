package orders.command.store;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// What was accepted under one idempotency key; the database adds the time.
@Entity
@Table(name = "idempotency_keys")
public class IdempotencyRow extends PanacheEntityBase {

    /// The constraint that a second row with the same key violates.
    public static final String PRIMARY_KEY = "idempotency_keys_pkey";

    @Id
    @Column(name = "idempotency_key")
    String key;

    @Column(name = "fingerprint")
    String fingerprint;

    @Column(name = "aggregateid")
    String aggregateId;

    @Column(name = "version")
    long version;

    /// For Hibernate.
    protected IdempotencyRow() {}

    /// The row of a command that left `aggregateId` at `version`.
    public IdempotencyRow(String key, String fingerprint, String aggregateId, long version) {
        this.key = key;
        this.fingerprint = fingerprint;
        this.aggregateId = aggregateId;
        this.version = version;
    }

    /// Fingerprint of the request that was accepted.
    public String fingerprint() {
        return fingerprint;
    }

    /// The order or customer that the command was given to.
    public String aggregateId() {
        return aggregateId;
    }

    /// Its version after the command.
    public long version() {
        return version;
    }
}
