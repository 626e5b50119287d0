-- Imports of files: what is read from where to where, and how far it has come (semantics.md 10.2).

create table import (
  id uuid primary key,
  source_id uuid not null references source (id),
  feed text not null,                         -- the feed whose deliveries the slices of the file become
  origin text not null check (origin in ('upload', 'folder', 'sftp')),
  name text not null,                         -- of the file, as it came
  place text not null,                        -- which data folder holds the bytes; only its processes can read them
  state text not null check (state in ('uploading', 'ready', 'previewed', 'running', 'done', 'failed', 'cancelled')),
  received_bytes bigint not null,             -- as it was uploaded
  size_bytes bigint,                          -- after decompression; null while it is uploaded
  sha256 bytea,                               -- of the bytes after decompression
  given jsonb not null,                       -- what the uploader said of the dialect
  columns text[],                             -- names of the columns; null until the file is whole, empty for JSON lines
  dialect jsonb,                              -- in force: said, from the mapping, or sniffed; null until the file is whole
  dry_run boolean not null default false,     -- the run under way, or the last one, stores nothing
  next_offset bigint not null default 0,      -- bytes of the file up to the end of the last slice that is stored
  next_row bigint not null default 1,         -- the record that follows, as a spreadsheet counts
  rows_read bigint not null default 0,
  counts jsonb not null default '{}',         -- items per disposition
  reasons jsonb not null default '{}',        -- items per "disposition:reason"
  warnings jsonb not null default '{}',       -- items per code of a warning
  error text,                                 -- why it failed, and what to do
  four_eyes boolean not null,                 -- somebody else must approve it before it stores anything
  keep_file boolean not null,
  kept boolean not null default true,         -- the bytes are still there
  remote jsonb,                               -- of folder and sftp: {path, size, modified}, and what was done with it
  created_at timestamptz not null,
  created_by text not null,
  approved_at timestamptz,
  approved_by text,
  started_at timestamptz,
  started_by text,
  finished_at timestamptz,
  runner uuid,                                -- the worker that reads it
  runner_until timestamptz
);
create index import_of_source on import (source_id, id desc);
create index import_running on import (place) where state = 'running';
create index import_content on import (source_id, feed, sha256);
comment on table import is 'local: one file on its way into a source, and how far it has come';

create table import_slice (
  import_id uuid not null references import (id) on delete cascade,
  dry_run boolean not null,
  first_row bigint not null,                  -- as a spreadsheet counts
  rows integer not null,
  chunk_lane smallint,                        -- address of the delivery; null in a dry run
  chunk_id uuid,
  chunk_item integer,
  errors jsonb not null,                      -- [{row, disposition, reason, detail, cells}, ...] of what was not taken
  primary key (import_id, dry_run, first_row)
);
comment on table import_slice is 'local: the rows of an import that became one delivery, and which of them were not taken';

create table feed_watch (
  feed_id uuid primary key,
  place text not null,                        -- the worker's data folder
  runner uuid not null,
  runner_until timestamptz not null,
  looked_at timestamptz,
  found integer not null default 0,           -- files that fit the pattern, at the last look
  error text                                  -- why the last look failed, and what to do
);
comment on table feed_watch is 'local: when a watched folder or an SFTP server was looked at, and by which worker';

grant select, insert, update, delete on import, import_slice, feed_watch to plumbline_app;
