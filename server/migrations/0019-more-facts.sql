-- What else people and systems state about customers: compliance status, country, and whose an identifier is not.
-- A fact about a customer who was merged into another one also stands in the lane of the one that it lives with now: `of_customer`
-- says about whom it was written, and it counts there only while that merge holds.
alter table fact drop constraint fact_kind_check;
alter table fact add constraint fact_kind_check
  check (kind in ('attribution', 'kyc', 'status', 'country', 'identifier_link', 'identifier_denial', 'retraction'));
alter table fact add column of_customer uuid;
