-- A suspension that is over still judges what happened while it lasted: registrations from then stay unattributed.
-- The one in force stands in `partner.suspended_at`.
create table partner_suspension (
  id uuid primary key,
  partner_id uuid not null references partner (id),
  suspended_from timestamptz not null,
  suspended_to timestamptz not null,
  check (suspended_to > suspended_from)
);
create index partner_suspension_partner on partner_suspension (partner_id);
comment on table partner_suspension is 'reference append-only: suspensions of partners that are over, half-open';
grant select, insert on partner_suspension to plumbline_app;
