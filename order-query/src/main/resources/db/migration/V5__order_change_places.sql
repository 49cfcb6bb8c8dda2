-- Followers are sent versions in the order in which they were written, which is not that of the
-- topic: what was parked is applied later. So each has a place of its own, counted by partition.
-- (Null is what an instance of the release before writes while it is replaced.)

create table order_change_places (
    partition  int    primary key,
    next_place bigint not null
);

alter table order_changes add column place bigint;
update order_changes set place = event_offset;
create unique index order_changes_by_place on order_changes (partition, place);
insert into order_change_places
    select partition, max(place) + 1 from order_changes group by partition;

alter table forgotten_order_changes rename column first_offset to first_place;
