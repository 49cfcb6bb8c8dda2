-- The read model order-summaries, with the customers and checkpoints of its projection.

create table order_summaries (
    order_id      text           primary key,
    customer_id   text           not null,
    customer_name text,
    status        text           not null,
    total         numeric(20, 2) not null,
    currency      text           not null,
    item_count    int            not null,
    created_at    timestamptz    not null,
    updated_at    timestamptz    not null,
    version       bigint         not null
);

create index order_summaries_by_created on order_summaries (created_at, order_id);
create index order_summaries_by_updated on order_summaries (updated_at, order_id);
create index order_summaries_by_customer on order_summaries (customer_id, created_at, order_id);
create index order_summaries_by_status on order_summaries (status, created_at, order_id);

create table order_summaries_customers (
    customer_id text   primary key,
    name        text   not null,
    version     bigint not null
);

create table checkpoints (
    projection    text        not null,
    topic         text        not null,
    partition     int         not null,
    next_offset   bigint      not null,
    last_event_at timestamptz not null,
    primary key (projection, topic, partition)
);
