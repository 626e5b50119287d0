-- What is noticed about the shape of what sources send, and trials of drafts of their mappings.

create table source_field (
  source_id uuid not null references source (id),
  feed text not null,
  record text not null,                       -- record type that the row was read as; '' = the row of the feed itself
  path text not null,                         -- inside the row, [*] for every element of a list; '' = the row itself
  seen bigint not null,                       -- rows looked at that carry it; of the path '': all rows looked at
  first_row bigint not null,                  -- number of the looked-at row of its feed and record in which it was first seen
  last_row bigint not null,
  types jsonb not null,                       -- {type: count}
  samples text[] not null,                    -- shapes of a few values, letters as A and a, digits as 9: never the values
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (source_id, feed, record, path)
);
comment on table source_field is 'local: which fields the rows of a source carry, from the deliveries that were looked at';

create table drift (
  id uuid primary key,
  source_id uuid not null references source (id),
  feed text not null,
  kind text not null check (kind in ('new_field', 'missing_field', 'retyped_field', 'unseen_code')),
  path text not null,
  value text not null,                        -- the code of an unseen code, the new type of a retyped field; else ''
  record text not null,
  count bigint not null,                      -- rows looked at that show it; of a missing field: rows without it
  samples text[] not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  mapping_version integer not null,           -- in force when it was first seen
  state text not null check (state in ('open', 'accepted', 'dismissed')),
  decided_by text,
  decided_at timestamptz,
  why text,
  constraint drift_key unique (source_id, feed, kind, path, value),
  check ((state = 'open') = (decided_at is null))
);
create index drift_newest on drift (state, last_seen_at desc, id desc);
comment on table drift is 'local: what changed in what a source sends, until a person has accepted or dismissed it';

create table drift_watch (
  only_one boolean primary key default true check (only_one),
  received_at timestamptz not null,           -- chunks up to here were looked at
  chunk_id uuid not null,
  claimed_until timestamptz not null
);
insert into drift_watch values (true, '-infinity', '00000000-0000-0000-0000-000000000000', '-infinity');
comment on table drift_watch is 'local: how far the watch over drift has come';

create table trial (
  id uuid primary key,
  source_id uuid not null references source (id),
  mapping_version integer not null,           -- in force when it was started: what the draft is compared with
  document jsonb not null,
  settings jsonb not null,
  from_at timestamptz not null,               -- deliveries received in [from_at, to_at)
  to_at timestamptz not null,
  state text not null check (state in ('running', 'done', 'failed', 'cancelled', 'approval', 'applied')),
  progress jsonb not null,                    -- {stage, done, total}
  alive_at timestamptz not null,              -- of the process that runs it; a run whose process died does not stay running
  result jsonb,
  error text,
  created_at timestamptz not null,
  created_by text not null,
  asked_at timestamptz,                       -- somebody wants it applied
  asked_by text,
  note text,
  applied_at timestamptz,
  applied_by text,
  applied_version integer,
  change_set_id uuid
);
create index trial_newest on trial (created_at desc, id desc);
comment on table trial is 'reference: runs of a draft of a mapping over stored deliveries, and whether they were applied';

grant select, insert, update on source_field, drift, drift_watch, trial to plumbline_app;
