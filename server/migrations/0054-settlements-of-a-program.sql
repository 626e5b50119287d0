-- A person looks at a month of a whole program: before it is closed, and afterwards partner by partner.
create index period_scope_period on period_scope (program_id, period, partner_id, component);
