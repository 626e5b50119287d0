-- no-transaction
-- Trades that closed on one day: hedged ones are judged together, so a new one asks for those of its day (rules.md 2.13).

create index concurrently if not exists placement_closed on placement (lane, customer_id, occurred_at)
  where content -> 'execution' ->> 'entry' <> 'in';
