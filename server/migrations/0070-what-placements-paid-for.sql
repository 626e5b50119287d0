-- What every placement paid for twice, when it was handed over and when it was decided, without anybody reading it (as 0066).

-- Whoever asks for the placement of an event knows its customer, and goes by the primary key.
drop index placement_event;
