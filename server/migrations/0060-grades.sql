-- Grades (rules.md 1.2, 2.4): what a check on a date, or a person, decided of a partner's grade. Recorded once, and replayed ever after.
alter table deal add column has_grades boolean generated always as (coalesce(jsonb_typeof(document -> 'grades') = 'object', false)) stored;
create index deal_grades on deal (program_id) where has_grades;

create table grade_decision (
  id uuid primary key,                        -- of a check derived from program, partner and instant: decided once
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  kind text not null check (kind in ('check', 'set')),
  at timestamptz not null,                    -- the check; of a person's word the instant from which it counts
  deal_id uuid references deal (id),          -- whose ladder was asked
  before text not null,                       -- the grade until effective_from
  after text not null,
  earned text,                                -- what the figures alone would give
  effective_from timestamptz not null,
  below_before timestamptz,                   -- since which check too little was found, before this one
  below_since timestamptz,                    -- and with it
  seen jsonb not null default '{}',           -- figures of the window, and how far the evidence stood
  needs_approval boolean not null,
  matters boolean not null,                   -- it changes the grade, or what an earlier one had foreseen
  reason text,
  recorded_at timestamptz not null,
  recorded_by text not null,
  registry_version bigint not null,           -- of the program: caches read only what is newer
  constraint grade_decision_set check ((kind = 'set') = (reason is not null)),
  constraint grade_decision_two check (kind <> 'set' or needs_approval)
);
create unique index grade_decision_check on grade_decision (program_id, partner_id, at) where kind = 'check';
create index grade_decision_partner on grade_decision (partner_id, at desc);
create index grade_decision_round on grade_decision (program_id, at) where kind = 'check';
create index grade_decision_changed on grade_decision (program_id, registry_version) where matters;
create index grade_decision_listed on grade_decision (program_id, id);
comment on table grade_decision is 'reference append-only: what was decided of partners'' grades, with what was seen (decision facts)';

create table grade_answer (
  decision_id uuid primary key references grade_decision (id),
  program_id uuid not null references program (id),
  verdict text not null check (verdict in ('approved', 'rejected')),
  note text not null,
  answered_at timestamptz not null,
  answered_by text not null,
  registry_version bigint not null
);
create index grade_answer_changed on grade_answer (program_id, registry_version);
comment on table grade_answer is 'reference append-only: what a person answered to a grade that waits for approval (decision facts)';

create table grade_round (
  program_id uuid not null references program (id),
  round_no integer not null,
  checked_through timestamptz not null,       -- all checks up to it have been decided; of none before it is one made up for
  next_check timestamptz not null,            -- until then nothing is due; infinity: never
  ladders integer not null,                   -- versions of deals with grades that it knew
  by_clock boolean not null,                  -- of a sandbox whose clock was set
  recorded_at timestamptz not null,
  primary key (program_id, round_no)
);
comment on table grade_round is 'reference append-only: up to when the grades of a program have been checked';

grant select, insert on grade_decision, grade_answer, grade_round to plumbline_app;
