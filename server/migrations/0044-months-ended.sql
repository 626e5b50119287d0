-- What is earned by time alone (rules.md 1.2): a fixed amount for each month that has ended by the program's clock. That a month has ended
-- is recorded once, and read from there ever after, so that a rebuild decides the same. Rows that were made by real time are
-- void once the clock of a sandbox was set: it may stand anywhere at first.
create table period_end (
  program_id uuid not null references program (id),
  period date not null,                       -- first day of the last month that had ended
  ended_at timestamptz not null,              -- what the program's clock showed
  by_clock boolean not null,                  -- of a sandbox whose clock was set
  next_end timestamptz not null,              -- until then no further month ends
  facts_version bigint not null,              -- of the program, raised by it
  recorded_at timestamptz not null,
  primary key (program_id, facts_version)
);
comment on table period_end is 'reference append-only: by what month each program''s clock had passed its end (decision facts)';
grant select, insert on period_end to plumbline_app;

-- The clock is asked for programs with such terms only.
alter table deal add column has_fee boolean not null default false;   -- a component is earned by time alone
create index deal_fees on deal (program_id) where has_fee;

-- When a partner came, by the program's clock; absent in older rows: created_at.
alter table partner add column joined_at timestamptz;
