-- The deal lab: runs of a draft over real history (requirements C10). The books are not touched, so all that is kept is what was found.
create table lab_run (
  id uuid primary key,
  program_id uuid not null references program (id),
  name text not null,
  draft jsonb not null,                       -- {deal: {partnerId, from, document} | null, move: {partnerId, parentId, from} | null}
  state text not null check (state in ('running', 'done', 'failed', 'cancelled')),
  progress jsonb not null,                    -- {stage, done, total}
  alive_at timestamptz not null,              -- of the process that runs it; a run whose process died does not stay running
  result jsonb,
  error text,
  created_at timestamptz not null,
  created_by text not null,
  check ((state = 'done') = (result is not null))
);
create index lab_run_newest on lab_run (created_at desc, id desc);
comment on table lab_run is 'reference: what draft deals and moves would have paid over real history';

grant select, insert, update on lab_run to plumbline_app;
