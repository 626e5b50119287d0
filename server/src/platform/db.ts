import pg from 'pg';
import { LANES } from '../kernel/lane.ts';
import { columnTypes } from './db-types.ts';
import {
  CommitOutcomeUnknown,
  LaneRefused,
  RowCountMismatch,
  TransactionRolledBack,
  isConnectionFault,
} from './db-errors.ts';
import { ALL_LANES, APP_ROLE, LANES_SETTING, NO_LANES } from './fence.ts';
import type { FenceExemption, SpanPermission } from './fence.ts';

export {
  CommitOutcomeUnknown,
  LaneRefused,
  RowCountMismatch,
  TransactionRolledBack,
  isConnectionFault,
  isRetryable,
  isSerializationFailure,
  isUniqueViolation,
} from './db-errors.ts';
export type { FenceExemption, SpanPermission } from './fence.ts';

/**
 * One open transaction. Parameters are plain values: strings, numbers, bigints, booleans, Buffers, null and
 * arrays of these; an instant goes in as its ISO text, a document through `json()`.
 */
export interface Tx {
  /** All rows of the answer. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The one row of the answer; throws RowCountMismatch unless there is exactly one. */
  one<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row>;
  /** The row, or undefined when there is none; throws RowCountMismatch when there are more. */
  find<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row | undefined>;
  /** The number of rows touched; throws RowCountMismatch when `expected` is given and differs (rules.md 3.10). */
  exec(text: string, values?: readonly unknown[], expected?: number): Promise<number>;
}

/** The database, entered only through transactions that say which lanes they stand in (design.md 5). */
export interface Db {
  /** A transaction on reference and local tables; no lane is open. */
  reference<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction on these lanes, at most `lanesPerTransaction` of them; throws LaneRefused otherwise. */
  inLanes<T>(lanes: readonly number[], work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Splits rows by lane into transactions of at most `lanesPerTransaction` lanes, one after the other in lane
   * order; rows keep their order. When one fails the earlier ones stay: the work must be idempotent by key.
   */
  eachLane<Row extends { lane: number }, T>(
    rows: readonly Row[],
    work: (tx: Tx, rows: Row[]) => Promise<T>,
  ): Promise<T[]>;
  /**
   * One writing transaction over all these lanes, however many: only for the group commit of intake, which may
   * span lanes (design.md 5, point 2), so that an event, its work and its delivery are kept or lost together.
   */
  spanLanes<T>(
    permission: SpanPermission,
    lanes: readonly number[],
    work: (tx: Tx) => Promise<T>,
  ): Promise<T>;
  /** A read-only transaction over all lanes in one snapshot, for the readers on the written list (fence.ts). */
  acrossLanes<T>(exemption: FenceExemption, work: (tx: Tx) => Promise<T>): Promise<T>;
  readonly lanesPerTransaction: number;
  /** Waits for the running transactions and closes all connections. */
  close(): Promise<void>;
}

/** How a database is opened. */
export interface DbOptions {
  readonly url: string;
  /** How many lanes may share one transaction: 1024 on one machine, the lanes of a shard on Citus, 1 in tests. */
  readonly lanesPerTransaction?: number;
  /** The most connections that are held; 8 when absent. */
  readonly max?: number;
  readonly applicationName?: string;
  /** Named prepared statements save parsing on the hot path, but need a direct connection or a pooler that knows them. Off by default. */
  readonly prepare?: boolean;
  /** Called with warnings and notices of the server, and with the loss of an idle connection. */
  readonly onNotice?: (message: string) => void;
}

/** Opens a pool. Nothing is connected before the first transaction, and no session state is relied on. */
export function createDb(options: DbOptions): Db {
  const lanesPerTransaction = options.lanesPerTransaction ?? LANES;
  if (!Number.isInteger(lanesPerTransaction) || lanesPerTransaction < 1) {
    throw new LaneRefused(
      `lanesPerTransaction must be a whole number of at least 1, not ${lanesPerTransaction}`,
    );
  }
  const pool = createPool(options);
  const nameOf = options.prepare === true ? statementNames() : undefined;
  const run = <T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
    transact({ pool, nameOf }, begin, work);

  return {
    lanesPerTransaction,
    reference: (work) => run(beginIn(NO_LANES), work),
    async inLanes(lanes, work) {
      return run(beginIn(lanesLiteral(lanes, lanesPerTransaction)), work);
    },
    async eachLane(rows, work) {
      const answers = [];
      for (const share of splitByLane(rows, lanesPerTransaction)) {
        // One after the other, not at once: several turns of one caller would only queue for its own connections.
        answers.push(
          await run(beginIn(lanesLiteral(share.lanes, lanesPerTransaction)), (tx) => work(tx, share.rows)),
        );
      }
      return answers;
    },
    async spanLanes(_permission, lanes, work) {
      return run(beginIn(lanesLiteral(lanes, LANES)), work);
    },
    // The exemption is an argument so that the type checker holds every caller against the written list.
    acrossLanes: (_exemption, work) => run(BEGIN_ACROSS, work),
    close: () => pool.end(),
  };
}

/** Wraps a value for a jsonb parameter; needed for arrays, which would otherwise be sent as SQL arrays. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * Wakes listeners of the channel when the transaction commits. A hint only: it may be lost or doubled, the
 * polling of the receiver is the truth (design.md 5, point 4).
 */
export async function notify(tx: Tx, channel: string, payload = ''): Promise<void> {
  await tx.exec('select pg_notify($1, $2)', [channel, payload]);
}

/** Time zone and role travel with `begin` in one message: a pooler may hand every transaction another session. */
function beginIn(lanes: string): string {
  return `begin; set local timezone = 'UTC'; set local role ${APP_ROLE}; set local ${LANES_SETTING} = '${lanes}'`;
}

const BEGIN_ACROSS = beginIn(ALL_LANES).replace('begin;', 'begin isolation level repeatable read read only;');

function createPool(options: DbOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 8,
    application_name: options.applicationName ?? 'plumbline',
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
    types: columnTypes,
  });
  const onNotice = options.onNotice;
  // An idle connection that dies must not end the process; the next transaction opens a new one.
  pool.on('error', (error) => onNotice?.(`idle connection lost: ${error.message}`));
  pool.on('connect', (client) => {
    // Without a listener the loss of a connection in use would be thrown at the process as well as at its query.
    client.on('error', () => undefined);
    if (onNotice) client.on('notice', (notice) => onNotice(notice.message ?? ''));
  });
  return pool;
}

type NameOf = (text: string) => string;

/** Gives each statement text a name of its own, the same on every connection. */
function statementNames(): NameOf {
  const names = new Map<string, string>();
  return (text) => {
    let name = names.get(text);
    if (name === undefined) {
      name = `plumbline_${names.size + 1}`;
      names.set(text, name);
    }
    return name;
  };
}

/** Begin, work, commit; roll back on any error. A connection in an unknown state is thrown away, never reused. */
async function transact<T>(
  { pool, nameOf }: { pool: pg.Pool; nameOf: NameOf | undefined },
  begin: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const { tx, end } = openTx(client, nameOf);
  let answer: T;
  try {
    await client.query(begin);
    answer = await work(tx);
  } catch (error) {
    end();
    await rollBack(client, error);
    throw error;
  }
  end();
  await commit(client);
  return answer;
}

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string;
  try {
    command = (await client.query('commit')).command;
  } catch (error) {
    client.release(true);
    throw isConnectionFault(error) ? new CommitOutcomeUnknown(error) : error;
  }
  client.release();
  // The server answers the commit of a failed transaction with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new TransactionRolledBack();
}

async function rollBack(client: pg.PoolClient, reason: unknown): Promise<void> {
  if (isConnectionFault(reason)) {
    client.release(true);
    return;
  }
  try {
    await client.query('rollback');
    client.release();
  } catch {
    // The first error is the one that tells what happened; a connection that cannot roll back is dropped.
    client.release(true);
  }
}

function openTx(client: pg.PoolClient, nameOf: NameOf | undefined): { tx: Tx; end: () => void } {
  let open = true;
  const ask = (text: string, values?: readonly unknown[]): Promise<pg.QueryResult> => {
    if (!open) return Promise.reject(new Error('the transaction has ended; a promise of it was not awaited'));
    const query: pg.QueryConfig = { text };
    if (values !== undefined) query.values = values as unknown[];
    if (nameOf !== undefined) query.name = nameOf(text);
    return client.query(query);
  };
  const tx: Tx = {
    async rows<Row extends object>(text: string, values?: readonly unknown[]) {
      return (await ask(text, values)).rows as Row[];
    },
    async one<Row extends object>(text: string, values?: readonly unknown[]) {
      const { rows } = await ask(text, values);
      if (rows.length !== 1) throw new RowCountMismatch('exactly 1', rows.length, text);
      return rows[0] as Row;
    },
    async find<Row extends object>(text: string, values?: readonly unknown[]) {
      const { rows } = await ask(text, values);
      if (rows.length > 1) throw new RowCountMismatch('at most 1', rows.length, text);
      return rows[0] as Row | undefined;
    },
    async exec(text, values, expected) {
      const count = (await ask(text, values)).rowCount ?? 0;
      if (expected !== undefined && count !== expected)
        throw new RowCountMismatch(String(expected), count, text);
      return count;
    },
  };
  return { tx, end: () => void (open = false) };
}

/** The array literal of the opened lanes; refuses none, too many, and what is no lane. */
function lanesLiteral(lanes: readonly number[], most: number): string {
  const distinct = [...new Set(lanes)].toSorted((a, b) => a - b);
  if (distinct.length === 0) throw new LaneRefused('a transaction in lanes must name at least one lane');
  if (distinct.length > most) {
    throw new LaneRefused(`${distinct.length} lanes in one transaction, but at most ${most} may share one`);
  }
  const wrong = distinct.find((lane) => !Number.isInteger(lane) || lane < 0 || lane >= LANES);
  if (wrong !== undefined) throw new LaneRefused(`not a lane: ${wrong}; lanes are 0 to ${LANES - 1}`);
  return `{${distinct.join(',')}}`;
}

/** Cuts rows into shares of at most `most` lanes, lanes ascending, rows of a share in their given order. */
function splitByLane<Row extends { lane: number }>(
  rows: readonly Row[],
  most: number,
): { lanes: number[]; rows: Row[] }[] {
  const lanes = [...new Set(rows.map((row) => row.lane))].toSorted((a, b) => a - b);
  const shares: { lanes: number[]; rows: Row[] }[] = [];
  const shareOf = new Map<number, Row[]>();
  for (let start = 0; start < lanes.length; start += most) {
    const share = { lanes: lanes.slice(start, start + most), rows: [] as Row[] };
    for (const lane of share.lanes) shareOf.set(lane, share.rows);
    shares.push(share);
  }
  for (const row of rows) shareOf.get(row.lane)?.push(row);
  return shares;
}
