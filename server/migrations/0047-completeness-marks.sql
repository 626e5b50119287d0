-- Until when sources have told everything (rules.md 2.11). A source that ever said so is waited for when a month is closed, or named as
-- one without which it is closed. What counts is the newest word, also where it takes an earlier one back.
create table completeness_mark (
  id uuid not null,
  source_id uuid not null references source (id),
  complete_until timestamptz not null,        -- everything that happened before this instant has been delivered
  note text not null,                         -- '' = none
  told_by text not null,
  recorded_at timestamptz not null,
  primary key (source_id, id)
);
create index completeness_mark_newest on completeness_mark (source_id, recorded_at desc, id desc);
comment on table completeness_mark is 'reference append-only: until when each source has told everything (decision facts)';
grant select, insert on completeness_mark to plumbline_app;

-- What the marks said when a month was closed, and which sources were named as missing: part of the decision fact.
alter table period_close add column marks jsonb not null default '[]';
alter table period_close add column without jsonb not null default '[]';
