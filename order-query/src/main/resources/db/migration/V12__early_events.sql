-- An event that came before another of its order, from another partition after the topic was enlarged:
-- it waits for that one.
alter table dead_letters add column is_early boolean not null default false;
