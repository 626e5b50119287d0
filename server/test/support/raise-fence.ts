import type pg from 'pg';
import { APP_ROLE, COPIED_TABLES, FENCE_CONDITION } from '../../src/platform/fence.ts';

/**
 * Puts every lane table of a database under forced row-level security, so that a statement which leaves the
 * lanes of its transaction finds nothing and writes nothing there (design.md 5). Tests only: in production the
 * same statements run without it.
 */
export async function raiseFence(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.oid::regclass::text as name
    from pg_class c
    where c.relkind in ('r', 'p') and obj_description(c.oid, 'pg_class') ~ '^lane\\M'
    order by 1`);
  for (const { name } of rows)
    await client.query(COPIED_TABLES.includes(name) ? triggerStatements(name) : fenceStatements(name));
  return rows.map(({ name }) => name);
}

function fenceStatements(table: string): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy lane_fence on ${table} to ${APP_ROLE} using (${FENCE_CONDITION}) with check (${FENCE_CONDITION});`;
}

/** What is copied is checked row by row as it comes in; partitions inherit the trigger. */
function triggerStatements(table: string): string {
  return `
    create function fence_${table}() returns trigger language plpgsql as $$
    declare lane smallint := new.lane;
    begin
      if ${FENCE_CONDITION} then return new; end if;
      raise exception 'new row violates row-level security policy for table "${table}"';
    end $$;
    create trigger lane_fence before insert or update on ${table} for each row when (current_user = '${APP_ROLE}')
      execute function fence_${table}();`;
}
