-- Revisions beyond one telling: feeds that cover different fields, items that are driven again, mappings that are applied
-- to what was stored before (rules.md 1.6, 2.16, 5 "Revisions at the door").

alter table event add column tellings jsonb;                -- the head of each coverage, when a feed covers only some fields; null = one telling covers all
comment on column event.tellings is 'per coverage: {c: covered fields or null = all, h: hash, o: order, p: past hashes, n: place in arrival, v: mapping version, t: content}; content is their merge';

alter table event_revision add column cause text not null default 'told' check (cause in ('told', 'remap'));

alter table delivery_chunk add column origins jsonb;        -- per delivery that reads a stored one again: {l: lane, c: chunk, i: item, p?: paths, s?: change set}; null = nothing of it
create index delivery_chunk_origins on delivery_chunk using gin (origins jsonb_path_ops) where origins is not null;

alter table quarantine
  add column tries integer not null default 0,
  add column tried_at timestamptz,
  add column settled_at timestamptz,
  add column settled_by text,
  add column note text,                                     -- why it was dismissed, or what became of it
  add column event_id uuid;                                 -- what it turned out to tell
create index quarantine_item on quarantine (lane, chunk_id, chunk_item);

create table change_set (
  id uuid primary key,
  source_id uuid not null references source (id),
  program_id uuid not null references program (id),
  version integer not null check (version > 0),             -- of the mapping that is applied
  from_at timestamptz not null,
  to_at timestamptz not null,
  note text not null,
  state text not null check (state in ('running', 'done', 'failed', 'stopped')),
  place jsonb,                                              -- [received_at, chunk id, item] of the last delivery that was read; null = not begun
  progress jsonb not null,                                  -- counts so far
  error text,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,
  foreign key (source_id, version) references mapping (source_id, version),
  check (from_at < to_at)
);
create index change_set_newest on change_set (created_at desc, id desc);
create index change_set_running on change_set (created_at) where state = 'running';
comment on table change_set is 'reference: a mapping version that is applied to the stored deliveries of a time, and how far it has come';

grant select, insert, update on change_set to plumbline_app;
