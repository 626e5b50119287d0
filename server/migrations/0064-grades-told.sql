-- Grades are facts of the registry and lie in no lane: a worker puts what was decided of them into the outbox afterwards, once.
create table grade_told (
  program_id uuid primary key references program (id),
  registry_version bigint not null            -- decisions and answers up to this version of the program's registry are in the outbox
);
comment on table grade_told is 'reference: up to which of a program''s decisions about grades the endpoints have been told';
insert into grade_told (program_id, registry_version) select id, registry_version from program;
grant select, insert, update on grade_told to plumbline_app;
