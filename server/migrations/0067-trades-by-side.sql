-- no-transaction
-- Trades that closed on one day, by their side: a trade among others of its own side nets nobody, and the others are not read (rules.md 2.13).
-- By what was decided, so that evidence that is only being handed over pays for no entry.

create index concurrently if not exists placement_traded on placement
  (lane, customer_id, (decision -> 'assembly' -> 'trade' ->> 'symbol'), (decision -> 'assembly' -> 'trade' ->> 'side'), occurred_at)
  where decision -> 'assembly' ->> 'kind' = 'trade';
drop index concurrently if exists placement_closed;
