-- Two customers who are one person (rules.md 2.15): a reversible edge. Which events and facts are whose follows from the edges that hold.
create table customer_merge (
  id uuid primary key,                        -- of the change set that made it
  program_id uuid not null references program (id),
  loser uuid not null,                        -- customer ids: they live in lanes, so nothing can refer to them
  survivor uuid not null,
  at timestamptz not null,                    -- decision fact: the program's now when it was decided
  reason text not null,
  decided_by text not null,
  ended_at timestamptz,                       -- null: it holds
  ended_by text,
  end_reason text,
  check (loser <> survivor),
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null))
);
create unique index customer_merge_live on customer_merge (loser) where ended_at is null;
create index customer_merge_program on customer_merge (program_id) where ended_at is null;
comment on table customer_merge is 'reference: customers who were merged into others, and until when; ended once, never changed otherwise';
grant select, insert, update on customer_merge to plumbline_app;

-- Whose a contested identifier is, as a person decided; the denials for the others are facts in their own lanes.
create table conflict_decision (
  id uuid primary key,
  program_id uuid not null references program (id),
  identifier_id uuid not null,
  keep uuid not null,                         -- customer
  denials jsonb not null,                     -- [{customerId, from, to}]: facts to be written, each in its customer's lane
  namespace text not null,
  value text not null,
  reason text not null,
  decided_at timestamptz not null,
  decided_by text not null,
  applied_at timestamptz                      -- null: some denials may still have to be written
);
create index conflict_decision_open on conflict_decision (id) where applied_at is null;
comment on table conflict_decision is 'reference: decisions about contested identifiers, applied once';
grant select, insert, update on conflict_decision to plumbline_app;

-- A fact of a merged customer also stands with the one it lives with, under the same id: both may be of one lane.
alter table fact drop constraint fact_pkey;
alter table fact add primary key (lane, customer_id, id);
create index fact_id on fact (lane, id);
drop index fact_customer;

alter table hop_out drop constraint hop_out_kind_check;
alter table hop_out add constraint hop_out_kind_check check (kind in ('lines', 'claims', 'facts'));
