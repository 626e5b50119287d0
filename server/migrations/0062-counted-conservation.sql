-- Counting both equations of conservation reads every event, which takes minutes where there are tens of millions. The newest count is kept, with
-- the instant whose rows it counted, so that whoever asks is answered at once, also after a restart.
create table conservation_count (
  newest boolean primary key default true check (newest),   -- one row
  as_of timestamptz not null,                 -- real time: when the counting began, on one snapshot
  took_ms integer not null check (took_ms >= 0),
  counts jsonb not null                       -- the answer of GET /v1/conservation
);
comment on table conservation_count is 'local: the newest count of both equations of conservation';
grant select, insert, update on conservation_count to plumbline_app;
