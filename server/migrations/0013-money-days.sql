-- no-transaction
-- Customers whose money lies in the days of a publication of exchange rates: what a new rate may concern.

create index concurrently if not exists placement_money on placement (occurred_at)
  where kind in ('deposit', 'first_deposit', 'withdrawal', 'chargeback', 'reversal', 'refund');
