-- What takes back commission that may have been paid (rules.md 2.7, 2.8): what it takes, what it is instead after payment, and what of it waits for
-- a person.
create table clawback (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  natural_key text not null,                                -- of the line that takes back
  currency text not null,
  hold_day date not null,                                   -- its settlement group, whose hold reason is hold_reason
  hold_reason text not null,
  id uuid not null,                                         -- derived from the key
  program_id uuid not null references program (id),
  partner_id uuid not null,
  component text not null,
  level integer not null,
  customer_id uuid,                                         -- null: settled by month
  customer_lane smallint not null,
  event_id uuid,
  period date,
  caused_at text not null,
  takes_from text,                                          -- natural key of what it takes back; null: a month that is worth less than it was
  taken_at timestamptz,                                     -- instant of what takes it back
  original numeric not null,                                -- minor units: what that line was worth
  taken numeric not null,                                   -- minor units, zero or more: what of it is taken before payment
  spared numeric not null,                                  -- minor units: what less is taken where all of it was paid by then
  spared_booked numeric not null,                           -- what of that stands in the books
  review boolean not null,                                  -- a person decides whether what is taken after payment stands
  clawed numeric not null check (clawed >= 0),              -- what was taken of what had been paid when it was booked
  pending numeric not null check (pending >= 0),            -- what of that waits for a person
  accepted numeric not null check (accepted >= 0),
  refused numeric not null check (refused >= 0),
  given_back numeric not null check (given_back >= 0),      -- what of the refused stands in the books
  hop_id uuid not null,                                     -- the message that told it last
  first_at timestamptz not null,                            -- by the program's clock
  primary key (lane, natural_key, currency, hold_day, hold_reason)
);
create index clawback_from on clawback (lane, takes_from) where takes_from is not null;
create index clawback_partner on clawback (lane, partner_id);
create unique index clawback_id on clawback (lane, id);
comment on table clawback is 'lane (partner): what takes commission back, what it is after payment, and what waits for a person';

create table clawback_review (
  id uuid primary key,
  clawback_id uuid not null,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  verdict text not null check (verdict in ('accept', 'refuse')),
  amount numeric not null check (amount > 0),               -- minor units: what waited when it was decided
  currency text not null,
  reason text not null,
  state text not null check (state in ('proposed', 'rejected', 'due', 'done', 'void')),
  created_at timestamptz not null,
  created_by text not null,
  decided_at timestamptz,
  decided_by text,
  constraint clawback_review_second_person check (decided_by is distinct from created_by)
);
create unique index clawback_review_open on clawback_review (clawback_id) where state in ('proposed', 'due');
create index clawback_review_due on clawback_review (lane) where state = 'due';
create index clawback_review_of on clawback_review (clawback_id, id);
comment on table clawback_review is 'reference: what people decided about clawbacks; a decision fact once it is booked';

grant select, insert, update, delete on clawback to plumbline_app;
grant select, insert, update on clawback_review to plumbline_app;
