-- Versions of deals that reach into what was decided, and corrections of exchange rates, pass the gate of change sets (rules.md 2.14, 2.16).

alter table change_set drop constraint change_set_kind_check;
alter table change_set add constraint change_set_kind_check
  check (kind in ('remap', 'merge', 'unmerge', 'reassignment', 'move', 'opening', 'adjustment', 'deal', 'rates'));

-- A version of a deal that was taken back never was; its instant is free again. Nothing is deleted, and no version is edited.
alter table deal
  add column change_set_id uuid,                            -- the set by which it was written; null = nothing that was decided depended on it
  add column retracted_at timestamptz,
  add column retracted_by text,
  add column retraction_reason text,
  add constraint deal_retraction check ((retracted_at is null) = (retracted_by is null) and (retracted_at is null) = (retraction_reason is null)),
  drop constraint deal_program_id_partner_id_effective_from_key;
create unique index deal_live on deal (program_id, partner_id, effective_from) nulls not distinct where retracted_at is null;
comment on table deal is 'reference: versions of the terms of a partner, or of a program''s default terms; in force from effective_from to the next version, unless taken back';
grant update (retracted_at, retracted_by, retraction_reason) on deal to plumbline_app;

-- What is settled by month waits for the review of a set too, where its month is closed.
alter table period_scope add column change_set_id uuid;     -- the set that brought something to it since it was decided last; null = none did
alter table review_part alter column customer_id drop not null;   -- null: settled by month, of all customers together
