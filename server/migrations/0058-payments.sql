-- What was paid to partners (rules.md 1.2 "payout result", 2.7 to 2.9): payments that people record, the commission that each of them paid, and
-- what takes commission back after that.
alter table journal
  drop constraint journal_kind_check,
  add constraint journal_kind_check check (
    kind in ('accrual', 'release', 'review_release', 'opening', 'adjustment', 'clawback', 'clawback_review', 'payment', 'payment_return')
  );

-- A payment takes all that is approved in a group: its rows up to a place of the chain are paid.
alter table settlement_group
  add column paid numeric not null default 0,                -- paid out of it so far, minor units
  add column paid_position bigint;                           -- rows up to this place of the chain are paid; null = it was never paid

create table payment (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id): where it is booked
  method text not null check (method in ('manual')),
  currency text not null,
  amount numeric not null check (amount > 0),               -- minor units
  paid_at timestamptz not null,                             -- in the world
  reference text not null,                                  -- what the bank or the person calls it
  note text,
  asked jsonb,                                              -- the settlements and groups that it names; null = everything payable
  state text not null check (state in ('proposed', 'rejected', 'due', 'refused', 'paid', 'return_due', 'returned')),
  refusal jsonb,                                            -- why it could not be booked: code and sentence
  created_at timestamptz not null,
  created_by text not null,
  decided_at timestamptz,                                   -- a second person agreed, or did not
  decided_by text,
  decision_note text,
  booked_at timestamptz,                                    -- by the program's clock
  returned_at timestamptz,                                  -- in the world
  return_reason text,
  return_by text,
  constraint payment_decision check ((decided_at is null) = (decided_by is null)),
  constraint payment_second_person check (decided_by is distinct from created_by or state = 'rejected'),
  constraint payment_returned check ((state in ('return_due', 'returned')) = (returned_at is not null))
);
create unique index payment_reference on payment (partner_id, currency, reference) where state not in ('rejected', 'refused');
create index payment_due on payment (lane) where state in ('due', 'return_due');
create index payment_partner on payment (partner_id, id);
create index payment_program on payment (program_id, id);
comment on table payment is 'reference: payments to partners as people recorded them; a decision fact once it is booked';

create table payment_part (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  payment_id uuid not null,
  component text not null,                                  -- settlement group; its hold reason is none
  hold_day date not null,
  currency text not null,
  program_id uuid not null references program (id),
  partner_id uuid not null,
  amount numeric not null,                                  -- minor units; below zero: what was owed back
  from_position bigint not null,                            -- rows of the group after this place of the chain
  to_position bigint not null,                              -- up to this one
  paid_at timestamptz not null,
  primary key (lane, payment_id, component, hold_day, currency)
);
create index payment_part_partner on payment_part (lane, partner_id, component, hold_day, currency);
comment on table payment_part is 'lane (partner) append-only: which rows of which settlement group a payment paid';

grant select, insert, update on payment to plumbline_app;
grant select, insert on payment_part to plumbline_app;
