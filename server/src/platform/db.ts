import type { Duplex } from 'node:stream';
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
import { copyIn } from './copy-in.ts';

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
 * A statement of a hot path under a name of its own: each connection parses and plans it once. Only for statements whose
 * plan cannot go wrong when the tables grow: plain inserts, and joins by primary key.
 */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

export type Statement = string | NamedStatement;

/**
 * One open transaction. Parameters are plain values: strings, numbers, bigints, booleans, Buffers, null and
 * arrays of these; an instant goes in as its ISO text, a document through `json()`.
 */
export interface Tx {
  /** All rows of the answer. */
  rows<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** The one row of the answer; throws RowCountMismatch unless there is exactly one. */
  one<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row>;
  /** The row, or undefined when there is none; throws RowCountMismatch when there are more. */
  find<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row | undefined>;
  /** The number of rows touched; throws RowCountMismatch when `expected` is given and differs (rules.md 3.10). */
  exec(text: Statement, values?: readonly unknown[], expected?: number): Promise<number>;
  /**
   * The last statement, which travels together with the commit instead of being waited for: one way to the database less
   * per transaction. Its failure is the failure of the transaction. Only where its row count needs no check.
   */
  finish(text: Statement, values?: readonly unknown[]): void;
  /** `copy ... from stdin (format binary)` with these rows (copied-rows.ts). Answers how many went in; all of them or an error. */
  copy(text: string, rows: Buffer): Promise<number>;
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
  /**
   * One statement that reads by key, for the hot path: begin, statement and commit travel together and come back together
   * (110 us of CPU in place of 450). Keys are split by lane as in `eachLane`; answers are as of their own moments.
   */
  lookUp<Row extends object, Key extends { lane: number } = { lane: number }>(
    keys: readonly Key[],
    statement: NamedStatement,
    valuesOf: (keys: readonly Key[]) => readonly unknown[],
  ): Promise<Row[]>;
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
  /** Prepares named statements on each connection; needs a direct connection or a pooler that knows them. Off by default. */
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
  const prepare = options.prepare === true;
  const run = <T>(begin: Begin, work: (tx: OpenTx) => Promise<T>): Promise<T> =>
    transact({ pool, prepare }, begin, work);

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
    async lookUp<Row extends object, Key extends { lane: number }>(
      keys: readonly Key[],
      statement: NamedStatement,
      valuesOf: (keys: readonly Key[]) => readonly unknown[],
    ) {
      const answers: Row[] = [];
      for (const share of splitByLane(keys, lanesPerTransaction)) {
        const lanes = lanesLiteral(share.lanes, lanesPerTransaction);
        const asked = await run({ ...beginIn(lanes), byKey: true }, async (tx) => ({
          rows: tx.later<Row>(statement, valuesOf(share.rows)),
        }));
        for (const row of await asked.rows) answers.push(row);
      }
      return answers;
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

/** How a transaction begins. */
interface Begin {
  readonly lanes: string;
  readonly mode: '' | ' isolation level repeatable read read only';
  /** Only by index: a plan that was made while a table was small is kept when the table grows. */
  readonly byKey?: boolean;
}

function beginIn(lanes: string): Begin {
  return { lanes, mode: '' };
}

const BEGIN_ACROSS: Begin = { lanes: ALL_LANES, mode: ' isolation level repeatable read read only' };

/** Half of what four `set local` cost, which are parsed every time. */
const SETTINGS: NamedStatement = {
  name: 'plumbline_begin',
  text: `select set_config('timezone', 'UTC', true), set_config('role', '${APP_ROLE}', true), set_config('${LANES_SETTING}', $1, true), set_config('enable_seqscan', $2, true)`,
};

/** An option of the driver that its published types do not know yet. */
const PIPELINE: object = { pipeline: true };

function createPool(options: DbOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 8,
    application_name: options.applicationName ?? 'plumbline',
    connectionTimeoutMillis: 30_000,
    keepAlive: true,
    types: columnTypes,
    // Statements are sent without waiting for the answer to the one before; what a caller awaits it still gets in order.
    ...PIPELINE,
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

/**
 * Begin, work, commit; roll back on any error. A connection in an unknown state is thrown away, never reused.
 * `begin` is not waited for: the first statement follows it on the same way, and fails with it.
 */
async function transact<T>(
  { pool, prepare }: { pool: pg.Pool; prepare: boolean },
  begin: Begin,
  work: (tx: OpenTx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const { tx, end } = openTx(client, prepare);
  let answer: T;
  let last: Promise<unknown> | undefined;
  try {
    gather(client);
    const begun = sendBegin(client, begin, prepare);
    begun.catch(() => undefined);
    answer = await work(tx);
    await begun;
    last = end();
  } catch (error) {
    const cause = await firstFailure(end(), error);
    await rollBack(client, cause);
    throw cause;
  }
  await commit(client, last);
  return answer;
}

/** Time zone, role and lanes travel with `begin`: a pooler may hand every transaction another session. */
function sendBegin(
  client: pg.PoolClient,
  { lanes, mode, byKey = false }: Begin,
  prepare: boolean,
): Promise<unknown> {
  const begun = client.query(`begin${mode}`);
  const settings = client.query({
    text: SETTINGS.text,
    values: [lanes, byKey ? 'off' : 'on'],
    ...(prepare ? { name: SETTINGS.name } : {}),
  });
  return Promise.all([begun, settings]);
}

/** What is sent until this turn of the event loop ends leaves in one write: a write costs some 30 us on either side. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A statement that was not waited for may have failed before the one whose error came to light. */
async function firstFailure(last: Promise<unknown> | undefined, error: unknown): Promise<unknown> {
  try {
    await last;
    return error;
  } catch (earlier) {
    return earlier;
  }
}

/** Commits behind the last statement, when there is one that was not waited for. */
async function commit(client: pg.PoolClient, last: Promise<unknown> | undefined): Promise<void> {
  const [committed, finished] = await Promise.allSettled([client.query('commit'), last]);
  const failure = [finished, committed].find((one) => one.status === 'rejected')?.reason as unknown;
  // After a failed statement the server has answered the commit with a roll-back: the connection is clean.
  client.release(committed.status === 'rejected');
  if (failure !== undefined) throw isConnectionFault(failure) ? new CommitOutcomeUnknown(failure) : failure;
  // The server answers the commit of a failed transaction with ROLLBACK and no error.
  if (committed.status === 'fulfilled' && committed.value.command !== 'COMMIT')
    throw new TransactionRolledBack();
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

/** A transaction as this file sees it. */
interface OpenTx extends Tx {
  /** As `finish`, and answers with the rows. */
  later<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

/** `end` closes the transaction for further statements and hands over the one that nobody waits for. */
function openTx(
  client: pg.PoolClient,
  prepare: boolean,
): { tx: OpenTx; end: () => Promise<unknown> | undefined } {
  let open = true;
  let last: Promise<unknown> | undefined;
  const ask = (statement: Statement, values?: readonly unknown[]): Promise<pg.QueryResult> => {
    if (!open) return Promise.reject(afterTheEnd());
    const query: pg.QueryConfig = { text: textOf(statement) };
    if (values !== undefined) query.values = values as unknown[];
    if (prepare && typeof statement !== 'string') query.name = statement.name;
    return client.query(query);
  };
  const tx: OpenTx = {
    async rows<Row extends object>(text: Statement, values?: readonly unknown[]) {
      return (await ask(text, values)).rows as Row[];
    },
    async one<Row extends object>(text: Statement, values?: readonly unknown[]) {
      const { rows } = await ask(text, values);
      if (rows.length !== 1) throw new RowCountMismatch('exactly 1', rows.length, textOf(text));
      return rows[0] as Row;
    },
    async find<Row extends object>(text: Statement, values?: readonly unknown[]) {
      const { rows } = await ask(text, values);
      if (rows.length > 1) throw new RowCountMismatch('at most 1', rows.length, textOf(text));
      return rows[0] as Row | undefined;
    },
    async exec(text, values, expected) {
      const count = (await ask(text, values)).rowCount ?? 0;
      if (expected !== undefined && count !== expected)
        throw new RowCountMismatch(String(expected), count, textOf(text));
      return count;
    },
    async copy(text, rows) {
      if (!open) throw afterTheEnd();
      return copyIn(client, text, rows);
    },
    finish(text, values) {
      void tx.later(text, values).catch(() => undefined);
    },
    later<Row extends object>(text: Statement, values?: readonly unknown[]) {
      gather(client);
      const asked = ask(text, values);
      asked.catch(() => undefined);
      // In their order: behind the first that fails the server refuses all others, and that is not what went wrong.
      last = last === undefined ? asked : last.then(() => asked);
      last.catch(() => undefined);
      return asked.then(({ rows }) => rows as Row[]);
    },
  };
  return {
    tx,
    end() {
      open = false;
      return last;
    },
  };
}

function afterTheEnd(): Error {
  return new Error('the transaction has ended; a promise of it was not awaited');
}

function textOf(statement: Statement): string {
  return typeof statement === 'string' ? statement : statement.text;
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
