-- no-transaction
-- What the lists and figures of the console are read by: every list answers within a few milliseconds however much is
-- stored. Built beside running traffic, so that an instance with data starts without a long lock.

-- Events by source and kind, newest first; a list of several sources or kinds merges the newest of each.
create index concurrently if not exists event_newest on event (source_id, kind, received_at desc, id desc);

-- The events that nobody owns: what is parked.
create index concurrently if not exists event_unplaced on event (received_at desc, id desc) where customer_id is null;

create index concurrently if not exists event_external on event (external_id);

-- What was decided about events, by outcome: for lists by reason, and for counting without reading the rows.
create index concurrently if not exists placement_outcome on placement (program_id, state, reason, received_at desc, event_id desc)
  where state <> 'pending';

create index concurrently if not exists delivery_chunk_newest on delivery_chunk (received_at desc, id desc);

create index concurrently if not exists customer_newest on customer (created_at desc, id desc);
create index concurrently if not exists customer_newest_of_partner on customer (partner_id, created_at desc, id desc) where partner_id is not null;
create index concurrently if not exists customer_value on customer (value);
create index concurrently if not exists identity_link_value on identity_link (value);
create index concurrently if not exists identity_link_customer on identity_link (customer_id);
create index concurrently if not exists parked_value on parked (value);
create index concurrently if not exists quarantine_newest on quarantine (state, received_at desc, id desc);

create index concurrently if not exists journal_newest on journal (booked_at desc, hop_id desc, row_no desc);

-- A journal row carries the differences of many customers; this finds the rows of one.
create or replace function plumbline_customers(items jsonb) returns uuid[]
  language sql immutable strict parallel safe
  return (select coalesce(array_agg(distinct (item ->> 'c')::uuid), '{}') from jsonb_array_elements(items) as t (item));
create index concurrently if not exists journal_customers on journal using gin (plumbline_customers(items));
