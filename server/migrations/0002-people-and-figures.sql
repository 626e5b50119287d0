-- People who use the console, and the figures by which the road is watched.

create table app_user (
  id uuid primary key,
  email text not null unique,
  name text not null,
  role text not null check (role in ('admin', 'manager', 'finance', 'compliance', 'integration', 'read_only')),
  password_hash text not null,                -- PHC string of argon2id
  created_at timestamptz not null,
  disabled_at timestamptz,
  check (email = lower(email))
);
comment on table app_user is 'reference: people who sign in to the console';

create table user_session (
  id_hash bytea primary key,                  -- SHA-256 of the token in the cookie
  user_id uuid not null references app_user (id),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,          -- with the grain of a minute: reading writes nothing
  expires_at timestamptz not null,
  ip_short text not null,                     -- /24 or /48
  user_agent text not null
);
create index user_session_user on user_session (user_id);
comment on table user_session is 'reference: who is signed in';

create table first_admin_link (
  only_one boolean primary key default true check (only_one),
  token_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz
);
comment on table first_admin_link is 'reference: the one-time link by which the first user is made';

create table sign_in_attempt (
  key bytea primary key,                      -- SHA-256 of what is counted: an account or an address
  since timestamptz not null,
  count integer not null
);
comment on table sign_in_attempt is 'local: attempts to sign in, by account and by address';

-- A person's request may carry an Idempotency-Key too: the caller is a key or a user, so it no longer points to one table.
alter table idempotency drop constraint idempotency_api_key_id_fkey;
comment on column idempotency.api_key_id is 'the API key or the user who asked';

create table road_second (
  second timestamptz not null,                -- real time, whole seconds
  id uuid not null,
  program_id uuid not null,
  counts jsonb not null,                      -- what moved: {"items": n, "item:accepted": n, "decided": n, "reason:...": n, "booked": n}
  decided_ms integer[] not null,              -- histogram of receipt to decision, by the bounds of the program's code
  booked_ms integer[] not null,               -- histogram of receipt to booking
  primary key (second, id)
);
comment on table road_second is 'local: what moved in one second in one process, for one program; kept for a day';

grant select, insert, update on app_user, user_session, first_admin_link, sign_in_attempt to plumbline_app;
grant delete on user_session, sign_in_attempt to plumbline_app;
grant select, insert, delete on road_second to plumbline_app;
