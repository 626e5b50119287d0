-- A key is looked up whatever source it was used for: the same key for another source is another request.
alter table delivery_key drop constraint delivery_key_pkey, add primary key (lane, scope, key_hash, source_id);
