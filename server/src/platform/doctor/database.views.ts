import pg from 'pg';
import { APP_ROLE } from '../fence.ts';
import { pendingMigrations } from '../migrations.ts';
import { ok, unknown, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const OLDEST_SERVER = 15;
/** Holds and windows are decided by clocks; more than this apart, two machines would decide differently. */
const MOST_SKEW_MS = 2_000;

/** Everything about the database that Plumbline needs; looks, and changes nothing. */
export async function examineDatabase(url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const advice = 'Start the database, or correct DATABASE_URL (host, port, user, password, database name).';
    return [wrong('PostgreSQL', `cannot be reached: ${(error as Error).message}`, advice)];
  }
  try {
    const findings = [await examineVersion(client)];
    if (findings[0]?.state !== 'ok') return findings;
    findings.push(await examineClock(client), await examineSettings(client), await examineMigrations(url));
    if (findings.at(-1)?.state === 'ok')
      findings.push(await examineRole(client), await examineRights(client));
    return findings;
  } finally {
    await client.end();
  }
}

async function examineVersion(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  const version = rows[0]?.version ?? '0';
  if (Number.parseInt(version, 10) >= OLDEST_SERVER) return ok('PostgreSQL', version);
  return wrong('PostgreSQL', version, `Plumbline needs ${OLDEST_SERVER} or newer: upgrade the server.`);
}

async function examineClock(client: pg.Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ ms: string }>(
    'select extract(epoch from clock_timestamp()) * 1000 as ms',
  );
  const after = Date.now();
  // The question's own travel time is not skew.
  const theirs = Number(rows[0]?.ms);
  const skewMs = Math.round(theirs < before ? before - theirs : Math.max(0, theirs - after));
  const found = `${new Date(after).toISOString()}, ${skewMs} ms from the database`;
  if (skewMs <= MOST_SKEW_MS) return ok('clock', found);
  return wrong('clock', found, 'Set both clocks by network time (NTP): holds and windows depend on them.');
}

async function examineSettings(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ fsync: string; full: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as full,
            current_setting('synchronous_commit') as commit`,
  );
  const settings = rows[0];
  const off = [
    settings?.fsync === 'off' ? 'fsync' : '',
    settings?.full === 'off' ? 'full_page_writes' : '',
    settings?.commit === 'off' ? 'synchronous_commit' : '',
  ].filter((name) => name !== '');
  if (off.length === 0) return ok('durability', 'a commit is on disk when it is acknowledged');
  const advice = 'Switch them on: otherwise a power cut loses money that was acknowledged.';
  return wrong('durability', `${off.join(', ')} off`, advice);
}

async function examineMigrations(url: string): Promise<Finding> {
  try {
    const pending = await pendingMigrations(url);
    if (pending.length === 0) return ok('schema', 'up to date');
    const found = `${pending.length} migrations are missing, first ${pending[0]}`;
    return wrong('schema', found, 'Run: plumbline migrate (plumbline start does it by itself).');
  } catch (error) {
    return wrong(
      'schema',
      (error as Error).message,
      'Start the version of Plumbline that fits this database.',
    );
  }
}

async function examineRole(client: pg.Client): Promise<Finding> {
  try {
    await client.query(`begin; set local role ${APP_ROLE}; rollback`);
    return ok('application role', `${APP_ROLE} can be taken`);
  } catch (error) {
    await client.query('rollback');
    const user =
      (await client.query<{ name: string }>('select current_user as name')).rows[0]?.name ?? 'the user';
    const advice = `Let the administrator run: grant ${APP_ROLE} to ${pg.escapeIdentifier(user)};`;
    return wrong('application role', (error as Error).message, advice);
  }
}

/** The journal must be beyond the reach of the program itself, whatever a bug would like to do. */
async function examineRights(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ name: string; rights: string }>(
    `select c.relname as name, concat_ws(', ',
            case when has_table_privilege($1, c.oid, 'update') then 'update' end,
            case when has_table_privilege($1, c.oid, 'delete') then 'delete' end,
            case when has_table_privilege($1, c.oid, 'truncate') then 'truncate' end) as rights
       from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and obj_description(c.oid, 'pg_class') ~ 'append-only'
      order by c.relname`,
    [APP_ROLE],
  );
  if (!rows.some((row) => row.name === 'journal')) return unknown('journal', 'not found in this schema');
  const open = rows.filter((row) => row.rights !== '');
  if (open.length === 0)
    return ok('journal', `${rows.length} append-only tables cannot be changed by ${APP_ROLE}`);
  const found = open.map((row) => `${row.name} (${row.rights})`).join('; ');
  const advice = `Take the rights back: revoke update, delete, truncate on ${open[0]?.name} from ${APP_ROLE};`;
  return wrong('journal', `can be changed by ${APP_ROLE}: ${found}`, advice);
}
