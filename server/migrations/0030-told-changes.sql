-- Whose customer somebody is, and who stands above whom, is told to the CRM by webhooks (requirements A4).

-- Webhooks about a customer come out of one order: each says which in the row it is.
create table customer_told (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(customer, customer id)
  customer_id uuid not null,
  told integer not null check (told > 0),     -- how many changes of its partner were told
  primary key (lane, customer_id)
);
comment on table customer_told is 'lane (customer): how many changes of a customer''s partner have been told by webhook';
grant select, insert, update on customer_told to plumbline_app;

comment on table outbox is 'lane (partner; what is told of a customer: customer): webhooks to deliver, written in the transaction that they tell of';

-- Moves of partners are facts of the registry and lie in no lane: a worker puts them into the outbox afterwards, once.
create table move_told (
  program_id uuid primary key references program (id),
  facts_version bigint not null               -- moves up to this version of the program's facts are in the outbox
);
comment on table move_told is 'reference: up to which of a program''s moves of partners the endpoints have been told';
insert into move_told (program_id, facts_version) select id, facts_version from program;
grant select, insert, update on move_told to plumbline_app;

create index partner_edge_facts_version on partner_edge (program_id, facts_version);
