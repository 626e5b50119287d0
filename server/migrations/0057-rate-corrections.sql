-- A corrected exchange rate holds for the program that asked for it, by a change set that can be undone (rules.md 2.14, 2.16).

alter table rate_import
  add column program_id uuid references program (id),       -- a correction for this program alone; null = for every program
  add column change_set_id uuid references change_set (id), -- the set that wrote it, took it back or brought it back last; null = no set
  add column retracted_at timestamptz,                      -- it was taken back: its rates hold no more; null = they hold
  add column retracted_by text,
  add constraint rate_import_retraction check ((retracted_at is null) = (retracted_by is null) and (retracted_at is null or program_id is not null));
create index rate_import_of_program on rate_import (program_id) where program_id is not null;
create index fx_rate_of_import on fx_rate (import_id);
comment on table rate_import is 'reference: one publication of exchange rates as it was taken in, or corrections for one program, and whether it is in force everywhere';
