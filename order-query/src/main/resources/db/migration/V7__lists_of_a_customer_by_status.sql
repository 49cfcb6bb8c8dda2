-- A rare status of a customer who has very many orders is found without reading all of them.

create index order_summaries_by_customer_status on order_summaries (customer_id, status, created_at, order_id);
create index order_summaries_by_customer_status_updated on order_summaries (customer_id, status, updated_at, order_id);
