-- A deal may end without a successor: a version that pays nothing, from its instant on.
alter table deal
  add column ends text check (ends in ('nothing', 'default')),  -- null: terms. nothing: no terms hold from effective_from on. default: the program's default deal does
  add constraint deal_end check (ends is null or jsonb_array_length(document -> 'components') = 0),
  add constraint deal_end_of_default check (ends is distinct from 'default' or partner_id is not null);
comment on table deal is 'reference: versions of the terms of a partner, or of a program''s default terms, and their ends; in force from effective_from to the next version, unless taken back';
