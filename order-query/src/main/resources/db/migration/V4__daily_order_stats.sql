-- The read model daily-order-stats: one row an order, and the customers that were seen.

create table daily_order_stats (
    order_id     text           primary key,
    date         date           not null,
    currency     text           not null,
    total        numeric(20, 2) not null,
    status       text           not null,
    is_submitted boolean        not null,
    version      bigint         not null
);

-- Of the date alone: it never changes, so a change of status touches no index.
create index daily_order_stats_by_date on daily_order_stats (date);

create table daily_order_stats_customers (
    customer_id text   primary key,
    version     bigint not null
);
