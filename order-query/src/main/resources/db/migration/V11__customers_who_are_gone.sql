-- Of a customer who is gone (a tombstone in the topic) nothing is known but its last version.
alter table order_summaries_customers alter column name drop not null;
