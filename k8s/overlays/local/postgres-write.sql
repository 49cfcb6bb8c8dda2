-- The schema belongs to a role that only the migration uses. The service's reads and writes rows.
create role order_command_owner login password 'local';
create role order_command login password 'local';
create database orders_write owner order_command_owner;
revoke connect, temporary on database orders_write, postgres from public;
grant connect on database orders_write to order_command;
\connect orders_write
alter default privileges for role order_command_owner grant select, insert, update, delete on tables to order_command;
alter default privileges for role order_command_owner grant usage on sequences to order_command;
