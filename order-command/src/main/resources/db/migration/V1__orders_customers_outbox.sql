-- The write database: present state of both aggregates, and the events that are on their way to Kafka.

create table orders (
    order_id    text        primary key,
    version     bigint      not null,
    status      text        not null,
    customer_id text        not null,
    currency    text        not null,
    items       text        not null,
    ordered_at  timestamptz not null,
    updated_at  timestamptz not null
);

create table customers (
    customer_id text   primary key,
    version     bigint not null,
    name        text   not null,
    email       text,
    country     text
);

-- id, aggregatetype, aggregateid, type and payload are the columns of Debezium's Event Router.
-- position orders the events of one aggregate; between aggregates it says nothing.
create table outbox (
    position       bigint      generated always as identity primary key,
    id             uuid        not null,
    aggregatetype  text        not null,
    aggregateid    text        not null,
    type           text        not null,
    payload        text        not null,
    version        bigint      not null,
    occurred_at    timestamptz not null,
    correlation_id text        not null,
    traceparent    text
) with (
    -- Every row is deleted soon after its insert: what is dead must go before it slows the relay's claims down.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0
);
