-- Lists of a partner's customers by registration, over all lanes.
create index customer_leads on customer (partner_id, (coalesce(registered_at, created_at)), id) where partner_id is not null;
