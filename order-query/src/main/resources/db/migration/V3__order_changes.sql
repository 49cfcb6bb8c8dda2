-- What followers of changes are sent: every version of every order, for a while. A row is one event
-- of the topic, in the place that it has there.

create table order_changes (
    partition     int            not null,
    event_offset  bigint         not null,
    order_id      text           not null,
    customer_id   text           not null,
    customer_name text,
    status        text           not null,
    total         numeric(20, 2) not null,
    currency      text           not null,
    item_count    int            not null,
    created_at    timestamptz    not null,
    updated_at    timestamptz    not null,
    version       bigint         not null,
    changed_at    timestamptz    not null default now(),
    primary key (partition, event_offset)
);
create index order_changes_by_time on order_changes using brin (changed_at);

-- What came before these offsets is forgotten.
create table forgotten_order_changes (
    partition    int    primary key,
    first_offset bigint not null
);
