-- Whoever proposed a change set releases what it brings up to the limit and no further, for evidence may have changed since its preview.
alter table change_set
  add column release_limit numeric,                           -- major units of the program's base currency; null = two persons agreed, or nobody has released it
  add column release_used numeric not null default 0,         -- of it, what has been released
  add column release_full boolean not null default false;     -- something did not fit any more: the rest waits for another person
