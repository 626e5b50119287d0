-- What partners promote with: campaigns, creatives with their approval, promo codes, and strikes (requirements T1 to T3).
-- Codes and creatives decide attributions, so their rows are effective-dated and a change raises program.facts_version.

create table campaign (
  id uuid primary key,
  program_id uuid not null references program (id),
  name text not null,                         -- what links and codes say
  active boolean not null,                    -- false: nothing new is issued for it; what exists goes on
  created_at timestamptz not null,
  constraint campaign_name_key unique (program_id, name)
);
comment on table campaign is 'reference: campaigns of programs';

create table creative (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid references partner (id),    -- who handed it in; null = the operator, for every partner
  name text not null,                         -- what links say
  kind text not null check (kind in ('banner', 'text', 'video', 'email', 'page', 'social', 'other')),
  content text not null,                      -- the text itself, or where it is shown
  expires_at timestamptz,
  created_at timestamptz not null,
  constraint creative_name_key unique (program_id, name)
);
comment on table creative is 'reference: what is shown to visitors; its states say when it may be used';

create table creative_state (
  creative_id uuid not null references creative (id),
  version integer not null,
  state text not null check (state in ('draft', 'submitted', 'approved', 'rejected')),
  effective_from timestamptz not null,        -- never before that of the version before
  reason text,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (creative_id, version)
);
comment on table creative_state is 'reference append-only: the states of creatives; in force at t: the highest version with effective_from <= t';

create table promo_code (
  id uuid primary key,
  program_id uuid not null references program (id),
  code text not null,                         -- normalised (registry/facts.ts, normaliseCode)
  written text not null,                      -- as it was typed
  partner_id uuid not null references partner (id),
  campaign text not null,
  exclusive boolean not null,
  effective_from timestamptz not null,
  effective_to timestamptz not null,          -- the first instant at which it no longer holds; infinity = open
  created_at timestamptz not null,
  created_by text not null,
  check (effective_to >= effective_from)
);
create index promo_code_by_code on promo_code (program_id, code, effective_from);
create index promo_code_by_partner on promo_code (partner_id, id);
comment on table promo_code is 'reference: whose a promo code is, from and to an instant; spans of one code in one program never overlap';

create table partner_strike (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  creative_id uuid references creative (id),
  reason text not null,
  effect text not null check (effect in ('noted', 'flagged', 'suspended')),
  struck_at timestamptz not null,             -- by the clock of the program
  recorded_at timestamptz not null,
  recorded_by text not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text,
  check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawn_reason is null))
);
create index partner_strike_by_partner on partner_strike (partner_id, id);
comment on table partner_strike is 'reference: what partners did against the rules of promotion, and what it led to';

alter table partner add column flagged_at timestamptz;               -- since when its promotion is watched: its visits are marked
alter table tracking_link add column allowed_hosts text[];           -- where deep links may lead; null = as the program says

grant select, insert on campaign, creative, creative_state, promo_code, partner_strike to plumbline_app;
grant update on campaign, creative, promo_code, partner_strike to plumbline_app;
