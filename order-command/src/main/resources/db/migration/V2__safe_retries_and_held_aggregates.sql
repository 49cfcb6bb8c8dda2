-- Which request was accepted under which Idempotency-Key, and with what outcome.
create table idempotency_keys (
    idempotency_key text        primary key,
    fingerprint     text        not null,
    aggregateid     text        not null,
    version         bigint      not null,
    accepted_at     timestamptz not null default now()
);

create index idempotency_keys_accepted_at on idempotency_keys (accepted_at);

-- Aggregates whose oldest event Kafka refuses: their events wait until retry_at, all others flow.
create table held_aggregates (
    aggregatetype text        not null,
    aggregateid   text        not null,
    failures      integer     not null,
    cause         text        not null,
    held_since    timestamptz not null,
    retry_at      timestamptz not null,
    primary key (aggregatetype, aggregateid)
);

-- Whether the caller's session leads the relay now. Waits a second for the lock and no longer: a statement that waits
-- holds a snapshot, and a snapshot that is held keeps vacuum from the outbox's dead rows.
create function lead_relay(leadership bigint) returns boolean
    language plpgsql
    set lock_timeout = '1s'
as
$$
begin
    perform pg_advisory_lock(leadership);
    return true;
exception
    when lock_not_available then
        return false;
end
$$;
