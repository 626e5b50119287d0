-- Commission that rolled over for want of active customers is paid in the first month that asks for none, also where nothing happens in it.
update deal set has_fee = true
where not has_fee and document @? '$.components[*] ? (@.kind == "revshare" && @.minimumActiveCustomers != null)';
drop index period_scope_waiting;
create index period_scope_waiting on period_scope (program_id, lane)
  where result -> 'carry' ?| array['queue', 'queuedBy', 'queued', 'rolled'];
