-- Which evidence counts, and at what rate: cut-over of sources (rules.md 1.8) and dated exchange rates (rules.md 2.14).
-- An authority per kind of fact (rules.md 1.7) is a setting of the program and needs no column.

alter table source add column commissionable_from timestamptz;   -- earlier events feed sums and firsts, and pay nothing; null = all pay

create table rate_import (
  id uuid primary key,
  source text not null check (source in ('own', 'ecb', 'oxr')),
  rates integer not null check (rates > 0),   -- written by this import; what was known already is not among them
  corrections integer not null check (corrections >= 0),
  first_valid_from timestamptz not null,
  last_valid_from timestamptz not null,
  reason text,                                -- of the corrections
  recorded_at timestamptz not null,
  recorded_by text not null,
  applied_at timestamptz,                     -- when every customer with money in its days had been made due; null = still under way
  check (corrections = 0 or reason is not null),
  check (first_valid_from <= last_valid_from)
);
create index rate_import_open on rate_import (recorded_at) where applied_at is null;
comment on table rate_import is 'reference: one publication of exchange rates as it was taken in, and whether it is in force everywhere';

create table fx_rate (
  source text not null check (source in ('own', 'ecb', 'oxr')),
  base text not null,
  quote text not null check (quote <> base),
  valid_from timestamptz not null,            -- instant of publication: in force from then on
  revision integer not null check (revision > 0),   -- above 1: a correction, which is an explicit act (rules.md 2.14)
  rate numeric not null check (rate > 0),     -- units of quote for one unit of base
  import_id uuid not null references rate_import (id),
  primary key (source, base, quote, valid_from, revision)
);
comment on table fx_rate is 'reference append-only: dated exchange rates by publisher';

grant select, insert on fx_rate to plumbline_app;
grant select, insert, update on rate_import to plumbline_app;
