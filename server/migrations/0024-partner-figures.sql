-- Live figures per partner (requirements C11): no books, but sums that customers' turns hand over by differences, and that verify rebuilds.
create table partner_figures (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  partner_id uuid not null,
  day date not null,                          -- in the program's zone; distinct customers of a month stand on its first day
  currency text not null,                     -- '' for what is no money
  program_id uuid not null references program (id),
  leads numeric not null default 0,           -- registrations
  first_depositors numeric not null default 0,
  active numeric not null default 0,          -- customers with a counted activity on the day
  active_in_month numeric not null default 0,
  trades numeric not null default 0,
  lots numeric not null default 0,
  deposit_count numeric not null default 0,
  deposits numeric not null default 0,        -- major units of `currency`, as all money here
  withdrawals numeric not null default 0,
  reversed numeric not null default 0,        -- chargebacks, reversals and refunds
  purchases numeric not null default 0,
  ngr numeric not null default 0,             -- as told; a deal has its own formula
  volume numeric not null default 0,
  primary key (lane, partner_id, day, currency)
);
comment on table partner_figures is 'lane (partner): what happened with a partner''s customers, by day and currency; differences from customers'' turns';

-- The journal is the receipt of a message with lines; this is that of a message with figures only. Kept for a week.
create table figures_receipt (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  hop_id uuid not null,
  received_at timestamptz not null,
  primary key (lane, hop_id)
);
create index figures_receipt_age on figures_receipt (lane, received_at);
comment on table figures_receipt is 'lane (partner): messages with figures and no lines that have been counted';

grant select, insert, update, delete on partner_figures, figures_receipt to plumbline_app;

-- Lists of customers are sorted by when they were active last.
alter table customer add column last_active_day text generated always as (summary -> 'figures' ->> 'lastDay') stored;
create index customer_last_active on customer (program_id, coalesce(last_active_day, '9999-99-99'), id);

-- Everybody is counted once: a whole decision of every customer.
update program set registry_version = registry_version + 1, facts_version = facts_version + 1, whole_version = facts_version + 1;
