-- The books of every projection in this database: which generation answers reads, which one is being
-- built, how far each has come, and what could not be applied.

create table projections (
    name            text        primary key,
    generation      bigint      not null,
    shape_version   int         not null,
    last_generation bigint      not null,
    building        bigint,
    building_shape  int,
    builder         text,
    beat            bigint      not null default 0,
    held            boolean     not null default false,
    started_at      timestamptz
);

alter table checkpoints
    add column generation bigint not null default 1,
    alter column last_event_at drop not null,
    drop constraint checkpoints_pkey,
    add primary key (projection, generation, topic, partition);
alter table checkpoints alter column generation drop default;

create table dead_letters (
    projection       text        not null,
    generation       bigint      not null,
    topic            text        not null,
    partition        int         not null,
    event_offset     bigint      not null,
    event_key        text,
    type             text,
    sequence         text,
    value            bytea,
    event_at         timestamptz not null,
    cause            text        not null,
    parked_at        timestamptz not null,
    is_to_be_retried boolean     not null default false,
    primary key (projection, generation, topic, partition, event_offset)
);
create index dead_letters_by_key on dead_letters (projection, generation, topic, event_key);

create table discarded_events (
    projection   text        not null,
    topic        text        not null,
    partition    int         not null,
    event_offset bigint      not null,
    event_key    text,
    type         text,
    reason       text        not null,
    discarded_at timestamptz not null default now(),
    primary key (projection, topic, partition, event_offset)
);

-- Lists by every sort with every filter.
create index order_summaries_by_customer_updated on order_summaries (customer_id, updated_at, order_id);
create index order_summaries_by_status_updated on order_summaries (status, updated_at, order_id);
