-- The service makes and drops tables of generations, so it owns its database.
create role order_query login password 'local';
create database orders_read owner order_query;
revoke connect, temporary on database orders_read, postgres from public;
