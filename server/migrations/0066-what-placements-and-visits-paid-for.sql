-- What every placement, parked event and visit paid for without being any safer for it (as 0011 for events).

-- The check of this key looked up the program once for each row: 4 of 32 microseconds of a placement, 3.5 of 16 of a visit. The id comes
-- from the registry, and no program is ever deleted: the application role may not (0001), and nothing asks.
alter table placement drop constraint placement_program_id_fkey;
alter table parked drop constraint parked_program_id_fkey;
alter table click drop constraint click_program_id_fkey1;

-- Visits of a partner are found by its links (clicks.views.ts): 1.3 microseconds of every visit.
drop index click_by_partner;
