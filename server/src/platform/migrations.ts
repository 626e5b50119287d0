import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { sqlState } from './db-errors.ts';
import { APP_ROLE } from './fence.ts';

/** A refusal to migrate, in a sentence that says what to do. */
export class MigrationRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationRefused';
  }
}

/** One file of the migrations folder. */
interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

const OLDEST_SERVER = 15;
const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** Any constant will do, as long as every version of the program takes the same lock. */
const LOCK_KEY = 7_586_268_462_745;

/**
 * Brings the schema up to date: plain `NNNN-name.sql` files in the order of their numbers, each in a
 * transaction of its own unless its first line is `-- no-transaction`. One runner at a time; a second one waits
 * and then finds nothing to do. Creates the application role when it is missing.
 * Throws MigrationRefused when the server is older than 15, when an applied file has changed or is gone, or when
 * the role cannot be made.
 */
export async function migrate(url: string, folder: string = FOLDER): Promise<{ applied: string[] }> {
  const files = await readMigrations(folder);
  return withClient(url, async (gate) => {
    await refuseOldServer(gate);
    // The lock lives in a transaction of a second connection, so that it also holds around files that cannot
    // run in one, and works through a pooler in transaction mode.
    // Written without a parameter on purpose: a statement with parameters keeps its snapshot while the transaction
    // idles, and a concurrent index build would wait for that snapshot for ever.
    await gate.query(`begin; select pg_advisory_xact_lock(${LOCK_KEY})`);
    const applied = await withClient(url, async (client) => {
      await ensureRole(client);
      await client.query(TABLE);
      const pending = pendingOf(files, await readApplied(client));
      for (const file of pending) await applyFile(client, file);
      // A file may grant on all tables at once; what the runner writes is nobody else's to write.
      await client.query(`revoke insert, update, delete on plumbline_migration from ${APP_ROLE}`);
      return pending.map((file) => file.name);
    });
    await gate.query('commit');
    return { applied };
  });
}

/** Names of the files that are not yet applied, in order; throws MigrationRefused as `migrate` does. Writes nothing. */
export async function pendingMigrations(url: string, folder: string = FOLDER): Promise<string[]> {
  const files = await readMigrations(folder);
  return withClient(url, async (client) => {
    await refuseOldServer(client);
    const { rows } = await client.query<{ known: boolean }>(
      `select to_regclass('plumbline_migration') is not null as known`,
    );
    const applied = rows[0]?.known === true ? await readApplied(client) : [];
    return pendingOf(files, applied).map((file) => file.name);
  });
}

const TABLE = `
  create table if not exists plumbline_migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
  comment on table plumbline_migration is 'local: which migration files this database has seen, and their checksums';`;

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'plumbline migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  const numbers = new Map<string, string>();
  for (const name of names) {
    if (!FILE_NAME.test(name))
      throw new MigrationRefused(`${name}: a migration is named NNNN-some-words.sql`);
    const other = numbers.get(name.slice(0, 4));
    if (other !== undefined)
      throw new MigrationRefused(`${other} and ${name} have the same number; renumber the newer`);
    numbers.set(name.slice(0, 4), name);
  }
  return Promise.all(
    names.map(async (name) => {
      // A checkout with other line ends is the same migration.
      const text = (await readFile(`${folder}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  return (
    await client.query<AppliedMigration>('select name, checksum from plumbline_migration order by name')
  ).rows;
}

function pendingOf(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const { name, checksum } of applied) {
    const file = byName.get(name);
    if (file === undefined) {
      throw new MigrationRefused(
        `the database has migration ${name}, which this program does not know: the program is older than its ` +
          'database. Start a newer program.',
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationRefused(
        `${name} was applied with other content than it has now. Migrations only go forward: restore the file as it ` +
          'was and put the change into a new one.',
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  const newest = applied.at(-1)?.name ?? '';
  const pending = files.filter((file) => !done.has(file.name));
  const late = pending.find((file) => file.name < newest);
  if (late !== undefined) {
    throw new MigrationRefused(
      `${late.name} is new, but ${newest} is already applied; give it the next free number`,
    );
  }
  return pending;
}

async function applyFile(client: pg.Client, file: MigrationFile): Promise<void> {
  const record = 'insert into plumbline_migration (name, checksum) values ($1, $2)';
  const values = [file.name, file.checksum];
  try {
    if (/^-- no-transaction\s*\n/.test(file.text)) {
      for (const statement of statementsOf(file)) await client.query(statement);
      await client.query(record, values);
      return;
    }
    await client.query('begin');
    await client.query(file.text);
    await client.query(record, values);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationRefused(`${file.name} failed${lineOf(error, file.text)}: ${reason}`, { cause: error });
  }
}

/**
 * The statements of a file that runs outside a transaction, one by one, because several in one message would
 * share an implicit transaction. A statement ends with a semicolon at the end of a line, so bodies in dollar
 * quotes cannot be told apart and are refused.
 */
function statementsOf(file: MigrationFile): string[] {
  if (file.text.includes('$$')) {
    throw new Error('a file outside a transaction must not contain dollar quotes');
  }
  return file.text.split(/;[ \t]*$/m).filter((statement) => statement.replace(/--.*$/gm, '').trim() !== '');
}

function lineOf(error: unknown, text: string): string {
  const position = Number((error as { position?: unknown }).position);
  return Number.isInteger(position) && position > 0
    ? ` at line ${text.slice(0, position).split('\n').length}`
    : '';
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  requireSupportedServer(Number(rows[0]?.server_version_num));
}

/** Throws MigrationRefused for a server older than 15; takes `server_version_num`, for example 150004. */
export function requireSupportedServer(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= OLDEST_SERVER) return;
  throw new MigrationRefused(
    `the PostgreSQL server is version ${major}; Plumbline needs ${OLDEST_SERVER} or newer. Upgrade it or use another one.`,
  );
}

/** Makes the application role and lets the connecting user take it. Roles belong to the server, not to one database. */
async function ensureRole(client: pg.Client): Promise<void> {
  const user = (await client.query<{ name: string }>('select current_user as name')).rows[0]?.name ?? '';
  const create = `create role ${APP_ROLE} nologin`;
  const grant = `grant ${APP_ROLE} to ${pg.escapeIdentifier(user)}`;
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [APP_ROLE]);
  if (rows.length === 0) await runAsDba(client, create, [create, grant]);
  if (!(await canTakeRole(client))) await runAsDba(client, grant, [grant]);
}

async function canTakeRole(client: pg.Client): Promise<boolean> {
  try {
    // Trying it is the only test that holds on every version; the membership options changed in 16.
    await client.query(`begin; set local role ${APP_ROLE}; rollback`);
    return true;
  } catch (error) {
    await client.query('rollback');
    if (sqlState(error) === '42501') return false;
    throw error;
  }
}

async function runAsDba(
  client: pg.Client,
  statement: string,
  whatTheDbaRuns: readonly string[],
): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    const state = sqlState(error);
    // Another database of this server is being migrated at this moment and was first.
    if (state === '42710' || state === '23505') return;
    if (state !== '42501' && state !== '0LP01') throw error;
    throw new MigrationRefused(
      `the database user may not set up the role ${APP_ROLE}. Ask the database administrator to run: ` +
        `${whatTheDbaRuns.join('; ')};`,
      { cause: error },
    );
  }
}
