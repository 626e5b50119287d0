-- What partners give of their own commission to customers (semantics.md 5.8).
create table rebate_rule (
  id uuid primary key,
  program_id uuid not null references program (id),
  partner_id uuid not null references partner (id),
  whom text not null check (whom in ('all', 'campaign', 'link', 'customer')),
  campaign text,
  link_id uuid references tracking_link (id),
  customer_id uuid,                                         -- of the program; customers stand in lanes
  percent numeric not null check (percent between 0 and 100),
  components text[],                                        -- ids of components of its deal; null = all that are paid by trade
  every text not null check (every in ('day', 'week', 'month')),
  effective_from timestamptz not null,
  effective_to timestamptz not null,                        -- first instant at which it holds no more; infinity = open
  reason text not null,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,                                     -- when the end was written after the rule
  ended_by text,
  end_reason text,
  retracted_at timestamptz,                                 -- taken back before it began: it never was
  retracted_by text,
  retraction_reason text,
  constraint rebate_rule_whom check ((whom = 'campaign') = (campaign is not null) and (whom = 'link') = (link_id is not null)
    and (whom = 'customer') = (customer_id is not null)),
  constraint rebate_rule_span check (effective_from < effective_to)
);
create index rebate_rule_of_program on rebate_rule (program_id, id desc);
create index rebate_rule_of_partner on rebate_rule (partner_id, id desc);
comment on table rebate_rule is 'reference: what partners give of their own commission to customers, effective-dated';
grant select, insert on rebate_rule to plumbline_app;
grant update (effective_to, ended_at, ended_by, end_reason, retracted_at, retracted_by, retraction_reason) on rebate_rule to plumbline_app;

-- What the books owe to customers, by rule and span, and by the settlement group whose hold and approval it follows.
create table rebate_owed (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  partner_id uuid not null,
  customer_id uuid not null,
  rule_id uuid not null,
  span date not null,                                       -- first day, in the program's zone
  currency text not null,
  component text not null,
  hold_day date not null,
  hold_reason text not null,
  program_id uuid not null references program (id),
  amount numeric not null,                                  -- minor units that are owed
  primary key (lane, partner_id, span, customer_id, rule_id, currency, component, hold_day, hold_reason)
);
create index rebate_owed_of_program on rebate_owed (program_id, span desc, partner_id, customer_id, rule_id, currency);
comment on table rebate_owed is 'lane (partner): what partners gave to customers, by rule and span: sums of the journal';
grant select, insert, update on rebate_owed to plumbline_app;
