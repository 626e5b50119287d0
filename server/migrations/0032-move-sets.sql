-- Moves of sub-trees in the past are restatements: they pass the gate of change sets, and can be taken back (rules.md 2.16, 5 Reassignment).

alter table change_set drop constraint change_set_kind_check;
alter table change_set add constraint change_set_kind_check check (kind in ('remap', 'merge', 'unmerge', 'reassignment', 'move'));

-- A version of a parent that was taken back never was; its instant is free again. Nothing is deleted.
alter table partner_edge
  add column retracted_at timestamptz,
  add column retracted_by text,
  add column retraction_reason text,
  add constraint partner_edge_retraction check ((retracted_at is null) = (retracted_by is null) and (retracted_at is null) = (retraction_reason is null)),
  -- The first version of a partner is from the beginning: without it there would be a gap.
  add constraint partner_edge_no_gap check (retracted_at is null or effective_from > '-infinity'),
  drop constraint partner_edge_child_id_effective_from_key;
create unique index partner_edge_live on partner_edge (child_id, effective_from) where retracted_at is null;
create index partner_edge_of_child on partner_edge (child_id);
comment on table partner_edge is 'reference: versions of the parent of a partner; in force from effective_from to the next version, unless taken back';
grant update (retracted_at, retracted_by, retraction_reason, registry_version, facts_version) on partner_edge to plumbline_app;

-- An attribution by hand that is taken back through the gate: the row keeps what the fact said, so that undoing can write it anew.
alter table reassignment_row add column retracts uuid;      -- the fact that is taken back; null = the row writes an attribution
