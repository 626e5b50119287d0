-- Ways in beside the built-in ones (design.md 6, connectors.md 10), and what a sender's own key of a delivery stands for.

create table feed (
  id uuid primary key,
  source_id uuid not null references source (id),
  name text not null,
  kind text not null check (kind in ('postback', 'webhook', 'pixel', 'file', 'folder', 'sftp', 'poll')),
  verification jsonb not null,                -- the scheme by which a delivery proves itself; never a secret
  secret_path boolean not null,               -- the address ends in a secret of its own
  secrets jsonb not null default '[]',        -- [{id, use: key | path, sealed: base64, createdAt, retiresAt: instant | null}]; at most two of a use are active
  allow_ips text[] not null default '{}',     -- networks in CIDR form; empty = from everywhere
  reply jsonb not null,                       -- what the outside system wants to be answered
  settings jsonb not null default '{}',
  paused boolean not null default false,
  used_at timestamptz,                        -- of the first delivery; from then on the feed is part of the evidence and is not deleted
  created_at timestamptz not null,
  constraint feed_name_key unique (source_id, name)
);
comment on table feed is 'reference: one configured way in which a source delivers; postback, api, batch and raw need no row';

create table delivery_key (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, scope and key hash)
  source_id uuid not null references source (id),
  scope text not null,                        -- who chose the key: api, or the feed whose deliveries carry ids
  key_hash bytea not null,                    -- SHA-256: keys may hold what nobody shall read
  body_hash bytea not null,                   -- SHA-256 of what was sent under the key
  chunk_id uuid not null,
  chunk_lane smallint not null,
  chunk_item integer not null,
  results jsonb not null,                     -- the answers as they were given
  created_at timestamptz not null,
  primary key (lane, source_id, scope, key_hash)
);
create index delivery_key_age on delivery_key (lane, created_at);
comment on table delivery_key is 'lane (evidence): keys that senders gave to deliveries of the last days, with the answer that the first one got';

alter table delivery_chunk add column dropped jsonb;        -- per delivery: [{path, why}, ...] of what was not stored; null = nothing at all

grant select, insert, update, delete on feed to plumbline_app;
grant select, insert, delete on delivery_key to plumbline_app;
