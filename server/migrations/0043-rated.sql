-- no-transaction
-- What was decided at a rate of exchange, or for want of one: a rate of its days that is published later has it judged again.

create index concurrently if not exists placement_rated on placement (occurred_at) where decision ? 'rated';
