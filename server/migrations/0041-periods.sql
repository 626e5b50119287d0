-- What is settled by period (rules.md 2.2, 2.10): sums and candidates as customers' turns hand them over, and what each scope is worth.
create table period_input (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  partner_id uuid not null,
  component text not null,                    -- id in the partner's deal
  period date not null,                       -- first day of the month in the program's zone
  customer_id uuid not null,                  -- or the partner below, for shares of its commission
  measures jsonb not null,                    -- sums by name, decimal text
  weighed jsonb not null default '{}',        -- what of it stands in the scope's totals
  special boolean not null default false,     -- its own result matters when the scope is decided
  fresh boolean not null default true,        -- not weighed yet
  primary key (lane, partner_id, component, period, customer_id)
);
create index period_input_fresh on period_input (lane, partner_id, component) where fresh;
create index period_input_special on period_input (lane, partner_id, component, customer_id) where special;
comment on table period_input is 'lane (partner): what each customer brought to a component that is settled by period';

create table period_candidate (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  partner_id uuid not null,
  component text not null,
  period date not null,
  key text not null,                          -- natural key of what would be paid without a cap
  mark uuid not null,                         -- of its content
  candidate jsonb not null,
  times integer not null,                     -- 1: it stands; changes may come in any order, so it may pass through others
  primary key (lane, partner_id, component, period, key, mark)
);
comment on table period_candidate is 'lane (partner): what is paid whole or not at all, in order (rules.md 2.3)';

create table period_scope (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  partner_id uuid not null,
  component text not null,
  period date not null,
  program_id uuid not null references program (id),
  totals jsonb not null default '{}',         -- sums of what customers weigh
  weighed_by uuid,                            -- deal version by whose terms they were weighed
  booked jsonb not null default '{}',         -- what was handed to the books, by settlement group, and to the partner above
  result jsonb,                               -- how the amount came about; the newest
  due boolean not null default true,          -- to be decided again
  provisional boolean not null default true,  -- the period is not closed
  decided_at timestamptz,
  primary key (lane, partner_id, component, period)
);
create index period_scope_due on period_scope (lane) where due;
create index period_scope_provisional on period_scope (lane, program_id, period) where provisional;
comment on table period_scope is 'lane (partner): one row per partner, component and period, with what it is worth';

create table period_close (
  program_id uuid not null references program (id),
  period date not null,
  closed_at timestamptz not null,             -- by the program's clock
  closed_by text not null,
  reason text not null,                       -- why it could be closed: marks of the sources, or the override and its words
  recorded_at timestamptz not null,
  primary key (program_id, period)
);
comment on table period_close is 'reference: periods that were closed (decision facts, rules.md 1.2, 2.11)';

grant select, insert, update, delete on period_input, period_candidate, period_scope to plumbline_app;
grant select, insert on period_close to plumbline_app;
