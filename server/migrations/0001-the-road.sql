-- The road from a delivery to the ledger, laid for lanes from the first day (design.md section 5, rules.md section 3).
-- Every table says in its COMMENT what it is: `lane` (lane first in every key), `reference` (small, seldom changed) or `local`
-- (bookkeeping of this database). `append-only` in a comment means: the application role may insert and select, nothing else.
-- Instants are timestamptz (microseconds, the same as the kernel's Instant); amounts are numeric without fraction (minor units).

-- ── registry: who, and on what terms ────────────────────────────────────────────────────────────────────────────────────────────

create table program (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  vertical text not null check (vertical in ('forex', 'igaming', 'prop')),
  base_currency text not null,
  zone text not null,
  sandbox boolean not null,
  clock_at timestamptz,                       -- sandbox only: the program's now; null = real time
  settings jsonb not null,
  facts_version bigint not null default 1,    -- bumped by every change that a decision depends on (rules.md 3.6)
  registry_version bigint not null default 1, -- bumped by every change that a cache must reload
  created_at timestamptz not null,
  check (sandbox or clock_at is null)
);
comment on table program is 'reference: a set of deals, links and rules that an operator offers to partners';

create table source (
  id uuid primary key,
  program_id uuid not null references program (id),
  slug text not null unique,
  preset text not null,
  name text not null,
  registrar boolean not null,                 -- may a registration from here create a customer (rules.md 2.15)
  reply text not null check (reply in ('strict', 'legacy')),
  settings jsonb not null,
  token_hash bytea,                           -- of the URL token of its postback; null = only with an API key
  mapping_version integer not null,
  created_at timestamptz not null
);
comment on table source is 'reference: one outside system of one program, as configured';

create table mapping (
  source_id uuid not null references source (id),
  version integer not null check (version > 0),
  document jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (source_id, version)
);
comment on table mapping is 'reference append-only: the versions of the mapping of a source';

create table partner (
  id uuid primary key,
  program_id uuid not null references program (id),
  name text not null,
  external_ref text,
  status text not null check (status in ('active', 'suspended')),
  suspended_at timestamptz,
  created_at timestamptz not null,
  unique (program_id, external_ref),
  check ((status = 'suspended') = (suspended_at is not null))
);
comment on table partner is 'reference: who refers customers and earns commission';

create table partner_edge (
  id uuid primary key,
  program_id uuid not null references program (id),
  child_id uuid not null references partner (id),
  parent_id uuid references partner (id),     -- null: from here on the child stands at the top
  effective_from timestamptz not null,        -- '-infinity' for the first one
  recorded_at timestamptz not null,
  recorded_by text not null,
  unique (child_id, effective_from),
  check (child_id <> parent_id)
);
comment on table partner_edge is 'reference append-only: versions of the parent of a partner; in force from effective_from to the next version';

create table deal (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid references partner (id),    -- null: the deal of every partner of the program that has none of its own
  version integer not null check (version > 0),
  effective_from timestamptz not null,
  document jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  unique nulls not distinct (program_id, partner_id, version),
  unique nulls not distinct (program_id, partner_id, effective_from)
);
comment on table deal is 'reference append-only: versions of the terms of a partner, or of a program''s default terms';

create table tracking_link (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  campaign text not null,
  creative text not null,
  landing_url text not null,
  click_param text not null,                  -- the parameter in which the landing page's system expects the click id
  active boolean not null,
  created_at timestamptz not null
);
comment on table tracking_link is 'reference: the tracking links of partners';

create table endpoint (
  id uuid primary key,
  program_id uuid not null references program (id),
  url text not null,
  event_types text[] not null,
  secret bytea not null,                      -- encrypted under the instance secret
  state text not null check (state in ('active', 'disabled')),
  disabled_reason text,
  created_at timestamptz not null
);
comment on table endpoint is 'reference: destinations of signed webhooks';

create table api_key (
  id uuid primary key,
  prefix text not null unique,
  hash bytea not null,
  name text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
comment on table api_key is 'reference: API keys, hashed';

create table idempotency (
  api_key_id uuid not null references api_key (id),
  key text not null,
  request_hash bytea not null,
  status integer not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (api_key_id, key)
);
comment on table idempotency is 'reference: the answers given under an Idempotency-Key';

create table audit_entry (
  id uuid primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  reason text,
  body jsonb not null
);
create index audit_entry_subject on audit_entry (subject, at);
comment on table audit_entry is 'reference append-only: every change by a person or a key';

-- ── evidence lanes: what came in ────────────────────────────────────────────────────────────────────────────────────────────────

create table delivery_chunk (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, chunk id)
  id uuid not null,
  received_at timestamptz not null,           -- real time of the commit
  received_ats timestamptz[] not null,        -- when each delivery came, by its program's clock: a time that the mapping assumed or judged against
  source_ids uuid[] not null,                 -- one element per delivery of this group commit, in all the arrays
  feeds text[] not null,                      -- postback, api, batch, raw, ...
  mapping_versions integer[] not null,
  content_types text[] not null,
  queries text[] not null,
  bodies bytea[] not null,                    -- verbatim, less the fields that must never be stored
  results jsonb not null,                     -- per delivery: [{d: disposition, r?: reason, e?: event id, l?: event lane, x?: detail}, ...]
  items integer not null,
  tally jsonb not null,                       -- {source id: {disposition: count}}
  primary key (lane, id),
  check (cardinality(source_ids) = cardinality(bodies) and cardinality(received_ats) = cardinality(bodies))
);
comment on table delivery_chunk is 'lane (evidence) append-only: the deliveries of one group commit, as they came, and what became of each item';

create table event (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, event id)
  id uuid not null,                           -- derived from (source, recordType, externalId, part)
  program_id uuid not null references program (id),
  source_id uuid not null references source (id),
  record_type text not null,
  external_id text not null,
  part text not null,
  kind text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,           -- of the first delivery: the base of partitions, never changed by a revision
  content jsonb not null,                     -- canonical content of the effective revision
  content_hash bytea not null,
  past_hashes bytea[] not null default '{}',  -- content of every earlier revision: it never comes back as a revision (rules.md 1.6)
  revision integer not null default 1 check (revision > 0),
  order_value text,                           -- of the effective revision, by the mapping's revisionOrder; null = arrival
  mapping_version integer not null,
  chunk_lane smallint not null,
  chunk_id uuid not null,                     -- the delivery of the effective revision
  chunk_item integer not null,                -- delivery index in the chunk
  identifier_id uuid not null,                -- the identifier that resolves it
  customer_id uuid,                           -- where it lives or is about to live; null = nobody yet
  left_ids uuid[] not null default '{}',      -- customers it has left: each is owed a tombstone of the current epoch (rules.md 3.3)
  epoch integer not null default 1,           -- rises with every change of content or of customer (rules.md 3.3)
  failed text,                                -- poisoned: the error, until somebody retries
  primary key (lane, id)
);
comment on table event is 'lane (evidence): one canonical fact per event key, with its effective revision and where it lives';

create table event_revision (
  lane smallint not null check (lane between 0 and 1023),
  event_id uuid not null,
  revision integer not null,
  effective boolean not null,                 -- false: it arrived late and never became effective
  content jsonb not null,
  content_hash bytea not null,
  order_value text,
  mapping_version integer not null,
  chunk_lane smallint not null,
  chunk_id uuid not null,
  chunk_item integer not null,
  recorded_at timestamptz not null,
  primary key (lane, event_id, revision),
  foreign key (lane, event_id) references event (lane, id)
);
comment on table event_revision is 'lane (evidence) append-only: the revisions of an event that are not the effective one now';

create table quarantine (
  lane smallint not null check (lane between 0 and 1023),   -- of the chunk
  id uuid not null,
  source_id uuid not null references source (id),
  chunk_id uuid not null,
  chunk_item integer not null,
  row_no integer not null,
  reason text not null,
  detail text not null,
  path text not null,
  received_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'redriven', 'dismissed')),
  primary key (lane, id),
  foreign key (lane, chunk_id) references delivery_chunk (lane, id)
);
create index quarantine_open on quarantine (source_id, received_at) where state = 'open';
comment on table quarantine is 'lane (evidence): items that mapping or validation could not accept';

create table evidence_work (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, id): of the work, not of its events
  id uuid not null,
  cause text not null check (cause in ('arrived', 'released', 'recheck')),
  event_lanes smallint[] not null,
  event_ids uuid[] not null,
  created_at timestamptz not null,
  primary key (lane, id),
  check (cardinality(event_lanes) = cardinality(event_ids))
);
comment on table evidence_work is 'lane (evidence): events whose place must be decided; the row goes when every one has been handed over';

create table click (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, click id)
  id uuid not null,
  program_id uuid not null references program (id),
  link_id uuid not null,
  partner_id uuid not null,
  clicked_at timestamptz not null,
  subs jsonb not null,
  ip_short text not null,                     -- /24 or /48: the full address is never stored
  user_agent text not null,
  referrer text not null,
  marks text[] not null,                      -- bot, duplicate: marked, never dropped
  primary key (lane, id)
);
comment on table click is 'lane (evidence) append-only: recorded visits through links';

-- ── identifier lanes: who is who, and what waits for it ─────────────────────────────────────────────────────────────────────────

create table identity_link (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(identifier, identifier id)
  identifier_id uuid not null,                -- derived from (program, namespace, value)
  customer_id uuid not null,
  origin_id uuid not null,                    -- the event or fact that claims it
  program_id uuid not null references program (id),
  namespace text not null,
  value text not null,
  effective_from timestamptz not null,        -- '-infinity' = from the beginning
  effective_to timestamptz not null,          -- half-open; 'infinity' = no end
  recorded_at timestamptz not null,
  primary key (lane, identifier_id, customer_id, origin_id),
  check (effective_from < effective_to)
);
comment on table identity_link is 'lane (identifier): the claims of customers on an identifier; a projection of what their lanes hold';

create table parked (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(identifier, identifier id)
  identifier_id uuid not null,
  event_id uuid not null,
  event_lane smallint not null,
  program_id uuid not null references program (id),
  namespace text not null,
  value text not null,
  reason text not null,
  parked_at timestamptz not null,
  primary key (lane, identifier_id, event_id)
);
comment on table parked is 'lane (identifier): events that wait for a customer';

-- ── customer lanes: decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

create table customer (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, id)
  id uuid not null,                           -- derived from (program, registrar namespace, value)
  program_id uuid not null references program (id),
  namespace text not null,
  value text not null,
  registered_at timestamptz,                  -- null: named by others, not registered yet
  partner_id uuid,                            -- attributed now (latest)
  context jsonb not null,                     -- registration, attributions with losers, gates: what event decisions need
  summary jsonb not null,                     -- commutative sums, firsts, counts
  lines jsonb not null,                       -- desired lines of customer scope, as handed to partners
  claims jsonb not null,                      -- identifiers claimed, as handed to identifier lanes
  facts_version bigint not null default 0,    -- of the program, at the last whole decision (rules.md 3.6)
  touched bigint not null default 1,          -- raised by every fact; a whole decision is due while it is above settled
  settled bigint not null default 0,
  created_at timestamptz not null,
  primary key (lane, id)
);
create index customer_due on customer (lane, id) where touched > settled;
create index customer_partner on customer (lane, partner_id) where partner_id is not null;
comment on table customer is 'lane (customer): a referred person, with summary and context; written by the lane''s one writer, touched by facts';

create table fact (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, customer id)
  id uuid not null,
  customer_id uuid not null,
  program_id uuid not null references program (id),
  kind text not null check (kind in ('attribution', 'kyc', 'identifier_link', 'retraction')),
  effective_from timestamptz not null,
  effective_to timestamptz not null default 'infinity',
  body jsonb not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (lane, id)
);
create index fact_customer on fact (lane, customer_id);
comment on table fact is 'lane (customer) append-only: effective-dated facts about a customer that were written by API';

create table placement (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, customer id)
  customer_id uuid not null,
  event_id uuid not null,
  event_lane smallint not null,
  epoch integer not null,
  program_id uuid not null references program (id),
  source_slug text not null,
  record_type text not null,
  external_id text not null,
  part text not null,
  kind text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  identifier_id uuid not null,
  group_key text not null,                    -- 'c' = evidence of customer scope; 'x:account:position' = executions of one position
  pair_key text,                              -- closes by an opposite position: joins its two legs
  content jsonb,                              -- null = withdrawn: the event lives elsewhere, the row is its tombstone
  state text not null check (state in ('pending', 'waiting', 'decided', 'withdrawn', 'failed')),
  reason text,                                -- why it waits, or paid nothing
  decision jsonb,                             -- trade, lines, what they were computed from
  decided_at timestamptz,
  primary key (lane, customer_id, event_id),
  check ((content is null) = (state = 'withdrawn') or state in ('pending', 'failed'))
);
create index placement_pending on placement (lane, customer_id) where state = 'pending';
create index placement_group on placement (lane, customer_id, group_key);
create index placement_pair on placement (lane, customer_id, pair_key) where pair_key is not null;
create index placement_event on placement (lane, event_id);
comment on table placement is 'lane (customer): the events of a customer and what was decided about each';

create table hop_out (
  lane smallint not null check (lane between 0 and 1023),   -- home lane: one of the lanes that the turn held
  id uuid not null,
  kind text not null check (kind in ('lines', 'claims')),
  payload jsonb not null,
  created_at timestamptz not null,
  primary key (lane, id)
);
comment on table hop_out is 'lane (customer): what a turn hands to other lanes; sent at least once, gone when received';

-- ── partner lanes: the books ────────────────────────────────────────────────────────────────────────────────────────────────────

create table partner_inbox (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  hop_id uuid not null,
  payload jsonb not null,
  received_at timestamptz not null,
  primary key (lane, hop_id)
);
comment on table partner_inbox is 'lane (partner): lines handed over by customer lanes, until posted';

create function plumbline_sum(amounts numeric[]) returns numeric
  language sql immutable strict parallel safe
  return (select coalesce(sum(a), 0) from unnest(amounts) as t (a));

create table journal (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  hop_id uuid not null,                       -- the message, decision or payout that caused it
  row_no integer not null,
  program_id uuid not null references program (id),
  partner_id uuid not null,
  kind text not null check (kind in ('accrual', 'release')),
  component text not null,
  hold_day date not null,                     -- settlement group, with hold_reason
  hold_reason text not null default '',
  group_release integer not null,             -- how often the group had been released when this was booked
  currency text not null,
  accounts text[] not null,
  amounts numeric[] not null,                 -- minor units; the legs sum to zero
  items jsonb not null,                       -- the posted differences: [{k: natural key, a: amount, c: customer id, e?: event id, ...}]
  booked_at timestamptz not null,
  primary key (lane, hop_id, row_no),
  constraint journal_balances check (plumbline_sum(amounts) = 0),
  constraint journal_legs check (cardinality(accounts) = cardinality(amounts) and cardinality(accounts) >= 2)
);
create index journal_partner on journal (lane, partner_id, booked_at desc, hop_id desc, row_no desc);
comment on table journal is 'lane (partner) append-only: double entry; one row carries its legs';

create table balance (
  lane smallint not null check (lane between 0 and 1023),
  account text not null,
  currency text not null,
  amount numeric not null,
  primary key (lane, account, currency)
);
comment on table balance is 'lane (partner): sums of the legs per account, written with them';

create table settlement_group (
  lane smallint not null check (lane between 0 and 1023),
  partner_id uuid not null,
  component text not null,
  hold_day date not null,
  hold_reason text not null default '',
  currency text not null,
  program_id uuid not null references program (id),
  hold_until timestamptz not null,            -- 'infinity' while a reason holds it
  held numeric not null,
  approved numeric not null,
  releases integer not null default 0,
  primary key (lane, partner_id, component, hold_day, hold_reason, currency)
);
create index settlement_group_due on settlement_group (program_id, hold_until) where held <> 0;
comment on table settlement_group is 'lane (partner): commission of one partner, component and hold day moves through its states together';

create table decision (
  lane smallint not null check (lane between 0 and 1023),
  id uuid not null,
  program_id uuid not null references program (id),
  kind text not null,
  subject jsonb not null,
  effective_at timestamptz not null,          -- by the program's clock
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (lane, id)
);
comment on table decision is 'lane (partner) append-only: decision facts: what depended on the clock, on a person or on money that moved';

create table outbox (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  id uuid not null,                           -- the webhook id
  endpoint_id uuid not null references endpoint (id),
  program_id uuid not null references program (id),
  event_type text not null,
  payload jsonb not null,
  created_at timestamptz not null,
  state text not null check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  next_at timestamptz not null,
  leased_by uuid,
  leased_until timestamptz,
  primary key (lane, id, endpoint_id)
);
create index outbox_due on outbox (endpoint_id, next_at) where state = 'pending';
comment on table outbox is 'lane (partner): webhooks to deliver, written in the transaction that they tell of';

create table outbound_attempt (
  lane smallint not null check (lane between 0 and 1023),
  outbox_id uuid not null,
  endpoint_id uuid not null,
  attempt integer not null,
  attempted_at timestamptz not null,
  status integer,
  error text,
  response text,
  duration_ms integer not null,
  primary key (lane, outbox_id, endpoint_id, attempt),
  foreign key (lane, outbox_id, endpoint_id) references outbox (lane, id, endpoint_id)
);
comment on table outbound_attempt is 'lane (partner) append-only: every attempt to deliver a webhook';

-- ── leases ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table lane_lease (
  lane_group smallint primary key check (lane_group between 0 and 15),   -- lanes 64 g to 64 g + 63
  owner uuid,
  token bigint not null default 0,            -- fencing token: rises with every takeover
  expires_at timestamptz not null default '-infinity'
);
insert into lane_lease (lane_group) select generate_series(0, 15);
comment on table lane_lease is 'local: which worker may move which lanes';

create table program_clock_move (
  id uuid primary key,
  program_id uuid not null references program (id),
  clock_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by text not null
);
comment on table program_clock_move is 'reference append-only: decision facts: the settable clock of a sandbox program went forward';

-- ── rights: the application role reads all, and writes what it may ──────────────────────────────────────────────────────────────

grant usage on schema public to plumbline_app;
grant select, insert on all tables in schema public to plumbline_app;
grant update on program, source, partner, tracking_link, endpoint, api_key, event, quarantine, identity_link, customer, placement,
  balance, settlement_group, outbox, lane_lease to plumbline_app;
grant delete on evidence_work, identity_link, parked, hop_out, partner_inbox, idempotency to plumbline_app;
revoke insert on lane_lease from plumbline_app;
