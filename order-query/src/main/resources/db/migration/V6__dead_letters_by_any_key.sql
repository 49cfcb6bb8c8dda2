-- A key of Kafka may be longer than an entry of a tree, and is only ever compared as a whole.

drop index dead_letters_by_key;
create index dead_letters_by_key on dead_letters using hash (event_key);
