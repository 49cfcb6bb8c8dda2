-- The read model order-timeline: one row an event, and the customers that were seen. Of an event that
-- was discarded only its version is there.

create table order_timeline (
    order_id       text        not null,
    version        bigint      not null,
    type           text,
    at             timestamptz,
    published_at   timestamptz,
    correlation_id text,
    traceparent    text,
    data           json,
    primary key (order_id, version)
);

create table order_timeline_customers (
    customer_id text   primary key,
    version     bigint not null
);
