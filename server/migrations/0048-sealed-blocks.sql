-- Books and audit trail in blocks that are sealed by a job and chained by their hashes (design.md 4), and balances as of any instant from them
-- (rules.md 3.8). While a worker of the version before still runs, what it would post waits in its inbox: a row without a place in the chain
-- could slip in behind a sealed block.

-- ── the books ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- One row per chain. Whoever posts raises `position` in the transaction of its rows, and the row lock is held until that transaction ends: so
-- places become visible in their order, and without gaps. What the sealer sees up to `position` is all that will ever stand there.
create table journal_head (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  program_id uuid not null references program (id),
  position bigint not null,                                 -- of the last row
  booked_at timestamptz not null,                           -- of the last row; booking time never runs backwards in a chain
  primary key (lane, program_id)
);
comment on table journal_head is 'lane (partner): how far the chain of a program in this lane has grown';

alter table journal add column position bigint;             -- in the chain of lane and program, from 1
update journal j set position = o.position
from (select lane, hop_id, row_no, row_number() over (partition by lane, program_id order by booked_at, hop_id, row_no) as position from journal) o
where j.lane = o.lane and j.hop_id = o.hop_id and j.row_no = o.row_no;
insert into journal_head (lane, program_id, position, booked_at)
select lane, program_id, max(position), max(booked_at) from journal group by lane, program_id;
alter table journal alter column position set not null;
create unique index journal_position on journal (lane, program_id, position);

create table ledger_block (
  lane smallint not null check (lane between 0 and 1023),
  program_id uuid not null references program (id),
  number integer not null check (number > 0),
  from_position bigint not null,
  to_position bigint not null,
  booked_through timestamptz not null,                      -- of the last row
  hop_ids uuid[] not null,                                  -- of the rows, in order: so that a row that vanished can be named
  row_nos integer[] not null,
  leaves bytea not null,                                    -- SHA-256 of each row, 32 bytes a row
  previous_hash bytea not null,                             -- of the block before; zeros for the first
  hash bytea not null,
  sealed_at timestamptz not null,                           -- real time
  primary key (lane, program_id, number),
  constraint ledger_block_rows check (
    to_position - from_position + 1 = cardinality(hop_ids) and cardinality(row_nos) = cardinality(hop_ids) and length(leaves) = 32 * cardinality(hop_ids)
  )
);
create index ledger_block_booked on ledger_block (lane, program_id, booked_through desc, number desc);
comment on table ledger_block is 'lane (partner) append-only: journal rows that were sealed together, chained by hash';

create table ledger_block_balance (
  lane smallint not null check (lane between 0 and 1023),
  program_id uuid not null references program (id),
  account text not null,
  currency text not null,
  value_day date not null,                                  -- of what it is paid for, in the program's zone; infinity: all days together
  number integer not null,                                  -- the block that touched it
  amount numeric not null,                                  -- minor units, up to the end of the block
  primary key (lane, program_id, account, currency, value_day, number),
  foreign key (lane, program_id, number) references ledger_block (lane, program_id, number)
);
create index ledger_block_balance_block on ledger_block_balance (lane, program_id, number);
comment on table ledger_block_balance is 'lane (partner) append-only: balances at the end of a block, of the accounts and days that it touched';

-- ── the audit trail ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Many write it at once, and none shall wait for another: the place comes from a sequence, under a lock that all writers share and the sealer
-- takes alone. While the sealer looks, nobody is between taking a place and committing it.
create sequence audit_entry_position;
alter table audit_entry add column position bigint;
update audit_entry a set position = o.position from (select id, row_number() over (order by at, id) as position from audit_entry) o where a.id = o.id;
select setval('audit_entry_position', coalesce((select max(position) from audit_entry), 0) + 1, false);
alter table audit_entry alter column position set not null;
create unique index audit_entry_by_position on audit_entry (position);

create function plumbline_place_audit_entry() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(48, 1);
  new.position := nextval('audit_entry_position');
  return new;
end $$;
create trigger audit_entry_place before insert on audit_entry for each row execute function plumbline_place_audit_entry();

create table audit_block (
  number integer primary key check (number > 0),
  positions bigint[] not null,                              -- of its entries, rising; numbers of transactions that were rolled back are missing
  ids uuid[] not null,
  leaves bytea not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null,
  constraint audit_block_entries check (cardinality(positions) > 0 and cardinality(ids) = cardinality(positions) and length(leaves) = 32 * cardinality(positions))
);
comment on table audit_block is 'reference append-only: entries of the audit trail that were sealed together, chained by hash';

grant select, insert, update on journal_head to plumbline_app;
grant select, insert on ledger_block, ledger_block_balance, audit_block to plumbline_app;
grant usage on sequence audit_entry_position to plumbline_app;
