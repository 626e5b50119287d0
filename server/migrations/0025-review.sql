-- What a change set causes is held for a review until a person releases it (rules.md 2.16).

-- The set that wrote the content of an event last; null = a sender told it.
alter table event add column change_set_id uuid;
-- The set that put the placement on the table of the next turn; null = nobody did, or the turn is over.
alter table placement add column change_set_id uuid;
-- The set that made the customer due; null = another fact, or the turn is over.
alter table customer add column change_set_id uuid;
-- The set from which links, and with them places of events, follow.
alter table evidence_work add column change_set_id uuid;
-- The last set that concerns the customers bound to a partner, and the facts version that it made; null = none did.
alter table partner
  add column change_set_id uuid,
  add column change_set_version bigint,
  add constraint partner_change_set check ((change_set_id is null) = (change_set_version is null));

alter table change_set
  add column released_at timestamptz,                       -- a person agreed that what it brought is paid like everything else
  add column released_by text,
  add column release_note text,
  add constraint change_set_release check ((released_at is null) = (released_by is null));
create index change_set_released on change_set (id) where released_at is not null;

alter table journal
  drop constraint journal_kind_check,
  add constraint journal_kind_check check (kind in ('accrual', 'release', 'review_release'));

create table review_part (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  natural_key text not null,
  currency text not null,
  hold_day date not null,                                   -- the settlement group where it goes when it is released
  hold_reason text not null,
  change_set_id uuid not null,
  program_id uuid not null references program (id),
  partner_id uuid not null,
  component text not null,
  level integer not null,
  customer_id uuid not null,
  customer_lane smallint not null,
  event_id uuid,
  caused_at text not null,
  amount numeric not null check (amount > 0),               -- minor units
  primary key (lane, natural_key, currency, hold_day, hold_reason, change_set_id)
);
create index review_part_set on review_part (change_set_id, lane);
comment on table review_part is 'lane (partner): how much of a natural key waits for the review of a change set';

create table restatement (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(partner, partner id)
  change_set_id uuid not null,
  partner_id uuid not null,
  component text not null,
  currency text not null,
  program_id uuid not null references program (id),
  added numeric not null,                                   -- minor units, zero or more
  taken numeric not null,                                   -- minor units, zero or more
  count integer not null,                                   -- differences
  told_at timestamptz,                                      -- the partner has its summary; what comes later begins anew
  primary key (lane, change_set_id, partner_id, component, currency)
);
create index restatement_untold on restatement (change_set_id) where told_at is null;
comment on table restatement is 'lane (partner): what a change set brought to a partner and took, until the partner has been told in one summary';

grant select, insert, update, delete on review_part to plumbline_app;
grant select, insert, update on restatement to plumbline_app;
