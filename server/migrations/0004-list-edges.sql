-- no-transaction
-- The few events that could not be placed at all; they have no placement that would show them.
create index concurrently if not exists event_failed on event (received_at desc, id desc) where failed is not null;
