-- What is above a limit and waits is paid under the limit of a month when that month has come: by the clock too.
comment on column deal.has_fee is 'a component is paid by the clock: fixed amounts, and what waits for a later month';
update deal set has_fee = true
where not has_fee and document @? '$.components[*].caps[*] ? (@.overflow == "queue_next_period")';
create index period_scope_waiting on period_scope (program_id, lane)
  where result -> 'carry' ? 'queue' or result -> 'carry' ? 'queuedBy' or result -> 'carry' ? 'queued';
