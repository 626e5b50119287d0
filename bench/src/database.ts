import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../server/src/platform/postgres/index.ts';

/** The embedded PostgreSQL of a bench run, with the product's own settings; a fresh database for each measurement. */
export interface BenchServer {
  readonly pid: number;
  readonly version: string;
  readonly dataFolder: string;
  readonly settings: readonly { readonly name: string; readonly setting: string }[];
  /** Makes an empty database and answers with its address. */
  createDatabase(name: string): Promise<string>;
  /** The statements of a database that took most of its time, the longest first; empty unless they are counted. */
  listStatements(name: string): Promise<string[]>;
  stop(): Promise<void>;
}

const STATEMENTS = `
  select format('%s ms (and %s ms of planning) in %s calls, %s rows: %s', round(total_exec_time)::int, round(total_plan_time)::int, calls, rows, left(regexp_replace(query, '\\s+', ' ', 'g'), 140)) as line
  from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = $1 order by total_exec_time + total_plan_time desc limit 25`;

const STATEMENT_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements,auto_explain',
  'pg_stat_statements.track_planning': 'on',
  'auto_explain.log_min_duration': '250ms',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
};

const SHOWN = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'max_wal_size',
  'wal_level',
  'max_connections',
  'work_mem',
  'jit',
  'autovacuum',
];

/** `statements`: also counts the time of every statement, which costs a little; and logs the plans of slow ones. */
export async function startBenchServer(options: { readonly statements: boolean }): Promise<BenchServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const server = await startEmbeddedPostgres({
    dataFolder,
    ...(options.statements ? { settings: STATEMENT_SETTINGS } : {}),
  });
  const settings = await withClient(server.url, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      'select name, current_setting(name) as setting from unnest($1::text[]) as name',
      [SHOWN],
    );
    return rows;
  });
  return {
    pid: server.pid,
    version: server.version,
    dataFolder,
    settings,
    async createDatabase(name) {
      await withClient(server.url, (client) => client.query(`create database ${pg.escapeIdentifier(name)}`));
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async listStatements(name) {
      if (!options.statements) return [];
      await withClient(server.url, (client) =>
        client.query('create extension if not exists pg_stat_statements'),
      );
      return withClient(server.url, async (client) => {
        const { rows } = await client.query<{ line: string }>(STATEMENTS, [name]);
        return rows.map((row) => row.line);
      });
    },
    async stop() {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Lends a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Row writes and WAL since the server started, as PostgreSQL counts them. */
export interface Writes {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly walBytes: number;
  /** Row writes per table. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Idle connections report what they wrote after ten seconds. */
const STATISTICS_DELAY_MS = 11_000;

/** A count that has begun. */
export interface Counting {
  /** Notes how much WAL there is, at the end of the measured work; answers with a reader of the row counts for when the writers are gone. */
  end(): Promise<() => Promise<Writes>>;
}

interface TableCounts {
  readonly name: string;
  readonly i: number;
  readonly u: number;
  readonly d: number;
}

interface Snapshot {
  readonly lsn: string;
  readonly tables: readonly TableCounts[];
}

/** Begins to count: after a checkpoint, so that runs start alike. */
export async function beginCounting(url: string): Promise<Counting> {
  const before = await withClient(url, async (client) => {
    await wait(STATISTICS_DELAY_MS);
    await client.query('checkpoint');
    return snapshot(client);
  });
  return {
    async end() {
      const walBytes = await withClient(url, async (client) => {
        const {
          rows: [now],
        } = await client.query<{ bytes: number }>(
          'select pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 as bytes',
          [before.lsn],
        );
        return now?.bytes ?? 0;
      });
      return () => withClient(url, async (client) => difference(before, await snapshot(client), walBytes));
    },
  };
}

/** Starts a run like all others: what was written before is on disk. */
export async function settleServer(url: string): Promise<void> {
  await withClient(url, (client) => client.query('checkpoint'));
}

async function snapshot(client: pg.Client): Promise<Snapshot> {
  const { rows } = await client.query<TableCounts>(
    `select schemaname || '.' || relname as name, n_tup_ins::float8 as i, n_tup_upd::float8 as u, n_tup_del::float8 as d
     from pg_stat_user_tables`,
  );
  const {
    rows: [at],
  } = await client.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
  return { lsn: at?.lsn ?? '0/0', tables: rows };
}

function difference(before: Snapshot, after: Snapshot, walBytes: number): Writes {
  const old = new Map(before.tables.map((table) => [table.name, table]));
  let [inserted, updated, deleted] = [0, 0, 0];
  const tables: Record<string, string> = {};
  for (const { name, i, u, d } of after.tables) {
    const base = old.get(name) ?? { i: 0, u: 0, d: 0 };
    const change = [i - base.i, u - base.u, d - base.d] as const;
    inserted += change[0];
    updated += change[1];
    deleted += change[2];
    if (change.some((count) => count > 0))
      tables[name.replace('public.', '')] = `+${change[0]} ~${change[1]} -${change[2]}`;
  }
  return { inserted, updated, deleted, walBytes, tables };
}
