import pg from 'pg';
import { LANES } from '../kernel/lane.ts';
import { columnTypes } from './db-types.ts';
import { LaneRefused } from './db-errors.ts';
import { NO_LANES } from './fence.ts';
import type { FenceExemption, SpanPermission } from './fence.ts';
import { BEGIN_ACROSS, beginIn, transact } from './transaction.ts';
import type { Begin, NamedStatement, OpenTx, Tx } from './transaction.ts';

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
export type { NamedStatement, Statement, Tx } from './transaction.ts';

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

const NOTIFY_ALONE: NamedStatement = {
  name: 'plumbline_notify',
  text: `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`,
};

/**
 * As `notify`, in a transaction of its own that does not wait for the disk. PostgreSQL lets one transaction with a notification
 * commit at a time: inside of one that must be on disk, all others of these wait.
 */
export function notifyAlone(db: Db, channel: string): Promise<void> {
  return db.reference(async (tx) => tx.finish(NOTIFY_ALONE, [channel]));
}

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
