-- Moves of sub-trees (rules.md 3.6): which change concerns which customers, from when on it is in force, and reading a large tree.

-- The last change of facts that concerns every customer. A change that concerns the customers of some partners only leaves it as it is
-- and marks those partners instead.
alter table program add column whole_version bigint not null default 1;
update program set whole_version = facts_version;

alter table partner add column facts_version bigint not null default 0;      -- the last change that concerns the customers bound to it
alter table partner add column registry_version bigint not null default 0;   -- of the program, when this row was last written: caches read only what is newer
create index partner_changed on partner (program_id, registry_version);

alter table partner_edge add column facts_version bigint not null default 0; -- of the program, when this version was written
alter table partner_edge add column registry_version bigint not null default 0;
alter table partner_edge add column reason text;
-- A row that was written without its version is read again every time, rather than missed.
alter table partner alter column registry_version set default 9223372036854775807;
alter table partner_edge alter column registry_version set default 9223372036854775807;
create index partner_edge_changed on partner_edge (program_id, registry_version);
create index partner_edge_below on partner_edge (parent_id, child_id, effective_from) where parent_id is not null;
create index partner_edge_top on partner_edge (program_id, child_id, effective_from) where parent_id is null;

create table customer_bond (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, customer id)
  customer_id uuid not null,
  partner_id uuid not null,
  primary key (lane, customer_id, partner_id)
);
create index customer_bond_partner on customer_bond (partner_id);
comment on table customer_bond is 'lane (customer) append-only: every partner that a customer was ever bound to; whom a change of the tree concerns';
insert into customer_bond (lane, customer_id, partner_id)
  select distinct c.lane, c.id, (bond ->> 'partnerId')::uuid
  from customer c, jsonb_array_elements(case jsonb_typeof(c.context -> 'attributions') when 'array' then c.context -> 'attributions' else '[]' end) as bond
  where bond ->> 'partnerId' is not null;

create table facts_in_force (
  lane_group smallint not null check (lane_group between 0 and 15),
  program_id uuid not null references program (id),
  facts_version bigint not null,
  primary key (lane_group, program_id)
);
comment on table facts_in_force is 'local: up to which facts version of a program all customers of a lane group have been decided';

grant select, insert on customer_bond, facts_in_force to plumbline_app;
grant update on facts_in_force to plumbline_app;
