-- Customers who are given to other partners by one change set: one row each, applied in order of lane (rules.md 5, Reassignment).
create table reassignment_row (
  change_set_id uuid not null references change_set (id),
  customer_lane smallint not null check (customer_lane between 0 and 1023),   -- laneOf(customer, customer id)
  row_no integer not null check (row_no > 0),               -- line of the file or place in the request, from 1
  customer_id uuid not null,
  fact_id uuid not null,                                    -- of the fact that it becomes, known before it is written
  partner_id uuid references partner (id),                  -- null = organic
  effective_from timestamptz not null,
  keeps_cpa boolean,                                        -- null = decided when it is applied: true where a CPA is granted
  reason text not null,
  state text not null check (state in ('waiting', 'applied', 'refused', 'undone')),
  problem text,                                             -- why it was refused
  primary key (change_set_id, customer_lane, row_no)
);
comment on table reassignment_row is 'reference: the customers of a reassignment, and what became of each';
grant select, insert, update on reassignment_row to plumbline_app;
