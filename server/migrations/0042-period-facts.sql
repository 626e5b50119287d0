-- The facts by which a scope was decided (rules.md 3.6): terms and the tree matter beside what customers bring.
alter table period_scope add column facts_version bigint not null default 0;   -- of the program
create index period_scope_facts on period_scope (program_id, facts_version);
