-- Change sets of every kind, with a preview and a second person above the program's limit (rules.md 2.16).

alter table change_set
  alter column source_id drop not null,
  alter column version drop not null,
  alter column from_at drop not null,
  alter column to_at drop not null,
  add column kind text not null default 'remap' check (kind in ('remap', 'merge', 'unmerge', 'reassignment')),
  add column what jsonb not null default '{}',              -- of other kinds than remap: what is changed, as its room reads it
  add column preview jsonb,                                 -- what it would do, as it was when it was proposed; null = made before there were previews
  add column decided_at timestamptz,                        -- a second person approved or rejected it
  add column decided_by text,
  add column decision_note text,
  add column undoes uuid references change_set (id),        -- the set of which this is the inverse
  drop constraint change_set_state_check,
  add constraint change_set_state_check check (state in ('proposed', 'running', 'done', 'failed', 'stopped', 'rejected', 'undone')),
  add constraint change_set_remap check (kind <> 'remap' or (source_id is not null and version is not null and from_at is not null and to_at is not null)),
  add constraint change_set_second_person check (decided_by is null or state = 'rejected' or decided_by <> created_by);
create unique index change_set_undone_once on change_set (undoes) where state <> 'rejected';
comment on table change_set is 'reference: a change of what was booked, what it would do, who agreed, and how far it has come';
