-- Visits at volume: append-only, partitioned by time, in the lane of their visitor. Links are read by what changed of them.

alter table click rename to click_of_0001;
alter table click_of_0001 rename constraint click_pkey to click_of_0001_pkey;

create table click (
  lane smallint not null check (lane between 0 and 1023),   -- laneOf(evidence, visitor): the visits that could double one another share a lane
  visitor uuid not null,                      -- derived from link, shortened network and user agent: never from the full address
  clicked_at timestamptz not null,            -- by the clock of the program, in milliseconds, as the click id says
  id uuid not null,                           -- derived from the click id
  nonce bytea,                                -- the random part of the click id, from which it can be written again; null = visits before this table
  program_id uuid not null references program (id),
  link_id uuid not null,
  partner_id uuid not null,
  received_at timestamptz not null,           -- real time
  subs jsonb not null,
  target text not null,                       -- of a deep link, as the visitor asked for it; '' = the landing page
  ip_short text not null,                     -- /24 or /48: the full address is never stored
  country text not null,                      -- ISO 3166 alpha-2 by the offline data set; '' = not known
  user_agent text not null,
  referrer text not null,                     -- origin only
  marks text[] not null,                      -- why it counts less or not at all; `duplicate` is not here: it follows from the rows (clicks.views.ts)
  primary key (lane, visitor, clicked_at, id)
) partition by range (clicked_at);
comment on table click is 'lane (evidence) append-only: recorded visits through links, a partition for each month';

create index click_by_time on click (clicked_at);
create index click_by_partner on click (partner_id, clicked_at);
create index click_by_link on click (link_id, clicked_at);

-- What no partition was made for: sandboxes whose clock is far away. A partition that is made later takes its rows out of here.
create table click_otherwise partition of click default;

-- Makes the partition of a month unless it is there, and moves what the default partition holds of it. The application role
-- may make no tables, so this runs with the rights of the owner, and does this one thing only. Answers whether one was made.
create function make_click_partition(month date) returns boolean
language plpgsql security definer set search_path = public, pg_temp set row_security = off as $$
declare
  first date := date_trunc('month', month::timestamp)::date;
  next date := (date_trunc('month', month::timestamp) + interval '1 month')::date;
  -- The name says the span in UTC, as the bounds do, whatever zone the session has.
  from_text text := to_char(first, 'YYYY-MM-DD') || ' 00:00:00+00';
  to_text text := to_char(next, 'YYYY-MM-DD') || ' 00:00:00+00';
  name text := 'click_' || to_char(first, 'YYYY_MM');
begin
  if first < date '2000-01-01' or first > date '2200-01-01' then
    raise exception 'no partition is made for %', first;
  end if;
  if to_regclass('public.' || name) is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtext('make_click_partition'));
  if to_regclass('public.' || name) is not null then return false; end if;
  lock table click in share update exclusive mode;
  lock table click_otherwise in access exclusive mode;
  execute format('create table %I (like click including defaults including constraints)', name);
  execute format('insert into %I select * from click_otherwise where clicked_at >= %L and clicked_at < %L', name, from_text, to_text);
  execute format('delete from click_otherwise where clicked_at >= %L and clicked_at < %L', from_text, to_text);
  execute format('alter table click attach partition %I for values from (%L) to (%L)', name, from_text, to_text);
  return true;
end $$;
revoke all on function make_click_partition(date) from public;
grant execute on function make_click_partition(date) to plumbline_app;

insert into click
  (lane, visitor, clicked_at, id, program_id, link_id, partner_id, received_at, subs, target, ip_short, country, user_agent, referrer, marks)
select c.lane, c.id, date_trunc('milliseconds', c.clicked_at), c.id, c.program_id, c.link_id, c.partner_id, c.clicked_at, c.subs, '', c.ip_short, '', c.user_agent,
  coalesce(substring(c.referrer from '^[a-z]+://[^/?#]+'), ''), c.marks
from click_of_0001 c;
drop table click_of_0001;

select make_click_partition((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date) from generate_series(0, 2) as months (n);

grant select, insert on click to plumbline_app;

-- Which version of the program's registry wrote a link last: who keeps links in memory reads what is newer.
alter table tracking_link add column registry_version bigint not null default 0;
create index tracking_link_by_version on tracking_link (program_id, registry_version);
create index partner_watched on partner (program_id) where suspended_at is not null or flagged_at is not null;
