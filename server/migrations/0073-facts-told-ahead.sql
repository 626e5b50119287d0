-- What is said of KYC and statuses before it comes takes effect when the program's clock reaches it (rules.md 1.2): that it did is a decision fact.
alter table fact drop constraint fact_kind_check;
alter table fact add constraint fact_kind_check
  check (kind in ('attribution', 'kyc', 'status', 'country', 'identifier_link', 'identifier_denial', 'retraction', 'cpa_paid', 'begun'));

create table fact_ahead (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, customer id)
  fact_id uuid not null,
  customer_id uuid not null,
  program_id uuid not null references program (id),
  begins_at timestamptz not null,
  primary key (lane, fact_id)
);
comment on table fact_ahead is 'lane (customer): facts that were told before they begin, until the program''s clock reaches them';
create index fact_ahead_due on fact_ahead (program_id, begins_at);
grant select, insert, delete on fact_ahead to plumbline_app;
