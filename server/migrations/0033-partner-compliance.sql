-- What is known of a partner's own compliance (requirements A5; semantics.md 8): commission goes on, a payout is blocked while it is incomplete.
create table partner_compliance (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  subject text not null check (subject in ('kyc', 'tax_form', 'sanctions')),
  status text not null check (status in ('pending', 'passed', 'failed')),
  effective_from timestamptz not null,        -- '-infinity': from the beginning
  effective_to timestamptz not null,          -- first instant at which it is no longer so; 'infinity': until the next statement
  reason text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  retracted_at timestamptz,                   -- it was taken back: it never was
  retracted_by text,
  retraction_reason text,
  check (effective_to > effective_from),
  check ((retracted_at is null) = (retracted_by is null) and (retracted_at is null) = (retraction_reason is null))
);
create unique index partner_compliance_live on partner_compliance (partner_id, subject, effective_from) where retracted_at is null;
comment on table partner_compliance is 'reference: statements about the verification, tax form and sanctions screening of partners, effective-dated';
grant select, insert on partner_compliance to plumbline_app;
grant update (retracted_at, retracted_by, retraction_reason) on partner_compliance to plumbline_app;

-- Where a partner works: a country, or a state of one. Kinds of deals may be banned there (semantics.md 8).
alter table partner add column market text check (market ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$');

-- Who was merged into a customer is asked before anything is said of either.
create index customer_merge_into on customer_merge (survivor) where ended_at is null;
