-- What people put into the books by hand: what an earlier system left (rules.md 1.8), and adjustments (requirements C1). Both are change sets.
alter table change_set drop constraint change_set_kind_check;
alter table change_set add constraint change_set_kind_check
  check (kind in ('remap', 'merge', 'unmerge', 'reassignment', 'move', 'opening', 'adjustment'));
alter table change_set add constraint change_set_two_for_manual
  check (kind not in ('opening', 'adjustment') or state in ('proposed', 'rejected') or decided_by is not null);

alter table fact drop constraint fact_kind_check;
alter table fact add constraint fact_kind_check
  check (kind in ('attribution', 'kyc', 'status', 'country', 'identifier_link', 'identifier_denial', 'retraction', 'cpa_paid'));

alter table journal
  drop constraint journal_kind_check,
  add constraint journal_kind_check check (kind in ('accrual', 'release', 'review_release', 'opening', 'adjustment'));

create table manual_row (
  change_set_id uuid not null references change_set (id),
  row_no integer not null,
  id uuid not null,                           -- of the message to the books, or of the fact
  program_id uuid not null references program (id),
  kind text not null check (kind in ('balance', 'carry', 'cpa', 'adjustment')),
  key text,                                   -- what it opens; null for an adjustment, which may be made again
  lane smallint not null check (lane between -1 and 1023),  -- where it is written; -1 = nowhere but here
  partner_id uuid,
  customer_id uuid,
  customer_namespace text,
  customer_value text,
  component text,
  period date,
  currency text,
  amount numeric,                             -- minor units
  hold_day date,
  value_at timestamptz not null,              -- of what it is paid for, or when the earlier system paid it
  carry jsonb,
  reason text not null,
  primary key (change_set_id, row_no),
  constraint manual_row_money check ((kind in ('balance', 'adjustment')) = (amount is not null)),
  constraint manual_row_carry check ((kind = 'carry') = (carry is not null)),
  constraint manual_row_cpa check ((kind = 'cpa') = (customer_id is not null))
);
create unique index manual_row_id on manual_row (id);
create index manual_row_partner on manual_row (partner_id, kind);
create index manual_row_key on manual_row (program_id, key) where key is not null;
comment on table manual_row is 'reference append-only: opening balances, carries, paid CPAs and adjustments, as they were proposed (decision facts when their set was approved)';
grant select, insert on manual_row to plumbline_app;
