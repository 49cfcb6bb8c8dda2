-- The offsets of every projection are here, whatever store keeps its rows. The same marker lies
-- beside the rows: a store whose marker is missing has lost them, and they are projected again.

alter table projections
    add column marker          text not null default gen_random_uuid()::text,
    add column building_marker text;

-- Up to here events had been applied before the rows were lost.
alter table checkpoints add column replay_until bigint not null default 0;
