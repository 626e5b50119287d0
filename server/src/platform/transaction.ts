// One transaction: how it begins, what is waited for, and how it ends.
import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { copyIn } from './copy-in.ts';
import {
  CommitOutcomeUnknown,
  RowCountMismatch,
  TransactionRolledBack,
  isConnectionFault,
} from './db-errors.ts';
import { ALL_LANES, APP_ROLE, LANES_SETTING } from './fence.ts';
import { canTravelTogether, sendTogether } from './one-message.ts';
import type { Prepared } from './one-message.ts';

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

/** How a transaction begins. */
export interface Begin {
  readonly lanes: string;
  readonly mode: '' | ' isolation level repeatable read read only';
  /** Only by index: a plan that was made while a table was small is kept when the table grows. */
  readonly byKey?: boolean;
}

export function beginIn(lanes: string): Begin {
  return { lanes, mode: '' };
}

export const BEGIN_ACROSS: Begin = { lanes: ALL_LANES, mode: ' isolation level repeatable read read only' };

/** Half of what four `set local` cost, which are parsed every time. */
const SETTINGS: NamedStatement = {
  name: 'plumbline_begin',
  text: `select set_config('timezone', 'UTC', true), set_config('role', '${APP_ROLE}', true), set_config('${LANES_SETTING}', $1, true), set_config('enable_seqscan', $2, true)`,
};

/**
 * Begin, work, commit; roll back on any error. A connection in an unknown state is thrown away, never reused.
 * `begin` goes out with the first statement that is waited for, and fails with it. Where none is, the transaction is one message.
 */
export async function transact<T>(
  { pool, prepare }: { readonly pool: pg.Pool; readonly prepare: boolean },
  begin: Begin,
  work: (tx: OpenTx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const opened = new Opened(client, begin, prepare);
  let answer: T;
  let whole: Whole | undefined;
  try {
    answer = await work(opened);
    whole = opened.takeWhole();
    if (whole === undefined) await opened.begin();
  } catch (error) {
    if (!opened.hasBegun()) {
      opened.end();
      for (const { reject } of opened.takeHeld()) reject(error);
      client.release();
      throw error;
    }
    const cause = await firstFailure(opened.end(), error);
    await rollBack(client, cause);
    throw cause;
  }
  if (whole === undefined) await commit(client, opened.end());
  else await commitWhole(client, whole);
  return answer;
}

/** Time zone, role and lanes travel with `begin`: a pooler may hand every transaction another session. */
function sendBegin(client: pg.PoolClient, begin: Begin, prepare: boolean): Promise<unknown> {
  const begun = client.query(`begin${begin.mode}`);
  const { name, values } = settingsOf(begin);
  const settings = client.query({ text: SETTINGS.text, values: [...values], ...(prepare ? { name } : {}) });
  return Promise.all([begun, settings]);
}

function settingsOf({ lanes, byKey = false }: Begin): Prepared {
  return { name: SETTINGS.name, values: [lanes, byKey ? 'off' : 'on'], wantsRows: false };
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

/** Sends a transaction of which nothing was sent yet, and hands on what its statements answered. */
async function commitWhole(client: pg.PoolClient, { statements, held }: Whole): Promise<void> {
  try {
    const [, ...rows] = await sendTogether(client, statements);
    client.release();
    for (const [index, { resolve }] of held.entries()) resolve(rows[index] ?? []);
  } catch (error) {
    const lost = isConnectionFault(error);
    client.release(lost);
    const cause = lost ? new CommitOutcomeUnknown(error) : error;
    for (const { reject } of held) reject(cause);
    throw cause;
  }
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
export interface OpenTx extends Tx {
  /** As `finish`, and answers with the rows. */
  later<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

/** A statement that nobody waits for, of a transaction that has not begun. */
interface Held {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly wantsRows: boolean;
  readonly resolve: (rows: object[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A transaction that can leave in one message. */
interface Whole {
  readonly statements: readonly Prepared[];
  readonly held: readonly Held[];
}

class Opened implements OpenTx {
  readonly #client: pg.PoolClient;
  readonly #begin: Begin;
  readonly #prepare: boolean;
  #held: Held[] = [];
  #open = true;
  #begun: Promise<unknown> | undefined;
  #last: Promise<unknown> | undefined;

  constructor(client: pg.PoolClient, begin: Begin, prepare: boolean) {
    this.#client = client;
    this.#begin = begin;
    this.#prepare = prepare;
  }

  async rows<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row[]> {
    return (await this.#ask(text, values)).rows as Row[];
  }

  async one<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row> {
    const { rows } = await this.#ask(text, values);
    if (rows.length !== 1) throw new RowCountMismatch('exactly 1', rows.length, textOf(text));
    return rows[0] as Row;
  }

  async find<Row extends object>(text: Statement, values?: readonly unknown[]): Promise<Row | undefined> {
    const { rows } = await this.#ask(text, values);
    if (rows.length > 1) throw new RowCountMismatch('at most 1', rows.length, textOf(text));
    return rows[0] as Row | undefined;
  }

  async exec(text: Statement, values?: readonly unknown[], expected?: number): Promise<number> {
    const count = (await this.#ask(text, values)).rowCount ?? 0;
    if (expected !== undefined && count !== expected)
      throw new RowCountMismatch(String(expected), count, textOf(text));
    return count;
  }

  async copy(text: string, rows: Buffer): Promise<number> {
    if (!this.#open) throw afterTheEnd();
    void this.begin();
    return copyIn(this.#client, text, rows);
  }

  finish(text: Statement, values: readonly unknown[] = []): void {
    void this.#keep(text, values, false).catch(() => undefined);
  }

  later<Row extends object>(text: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#keep(text, values, true) as Promise<Row[]>;
  }

  /** Begins, unless it has begun: what was held goes out behind it. Rejects when beginning failed. */
  begin(): Promise<unknown> {
    if (this.#begun !== undefined) return this.#begun;
    gather(this.#client);
    this.#begun = sendBegin(this.#client, this.#begin, this.#prepare);
    this.#begun.catch(() => undefined);
    for (const { statement, values, resolve, reject } of this.takeHeld())
      this.#send(statement, values).then(({ rows }) => resolve(rows as object[]), reject);
    return this.#begun;
  }

  hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** All of it, where nobody waited for anything and the connection knows its statements; closes it then. */
  takeWhole(): Whole | undefined {
    if (this.hasBegun() || this.#held.length === 0 || !this.#prepare || this.#begin.mode !== '')
      return undefined;
    const statements = [
      settingsOf(this.#begin),
      ...this.#held.map(({ statement, values, wantsRows }) => ({
        name: typeof statement === 'string' ? undefined : statement.name,
        values,
        wantsRows,
      })),
    ];
    if (!canTravelTogether(this.#client, statements)) return undefined;
    this.#open = false;
    return { statements, held: this.takeHeld() };
  }

  takeHeld(): readonly Held[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Closes it for further statements; answers with those that nobody waits for. */
  end(): Promise<unknown> | undefined {
    this.#open = false;
    return this.#last;
  }

  async #ask(statement: Statement, values?: readonly unknown[]): Promise<pg.QueryResult> {
    if (!this.#open) throw afterTheEnd();
    void this.begin();
    return this.#send(statement, values);
  }

  #send(statement: Statement, values?: readonly unknown[]): Promise<pg.QueryResult> {
    const query: pg.QueryConfig = { text: textOf(statement) };
    if (values !== undefined) query.values = values as unknown[];
    if (this.#prepare && typeof statement !== 'string') query.name = statement.name;
    return this.#client.query(query);
  }

  /** Sends a statement that nobody waits for, or holds it until the transaction begins. */
  #keep(statement: Statement, values: readonly unknown[], wantsRows: boolean): Promise<object[]> {
    if (!this.#open) return Promise.reject(afterTheEnd());
    const answered = this.hasBegun()
      ? this.#sendLater(statement, values)
      : this.#hold({ statement, values, wantsRows });
    answered.catch(() => undefined);
    // In their order: behind the first that fails the server refuses all others, and that is not what went wrong.
    this.#last = this.#last === undefined ? answered : this.#last.then(() => answered);
    this.#last.catch(() => undefined);
    return answered;
  }

  async #sendLater(statement: Statement, values: readonly unknown[]): Promise<object[]> {
    gather(this.#client);
    return (await this.#send(statement, values)).rows as object[];
  }

  #hold(held: Omit<Held, 'resolve' | 'reject'>): Promise<object[]> {
    return new Promise((resolve, reject) => {
      this.#held.push({ ...held, resolve, reject });
    });
  }
}

function afterTheEnd(): Error {
  return new Error('the transaction has ended; a promise of it was not awaited');
}

function textOf(statement: Statement): string {
  return typeof statement === 'string' ? statement : statement.text;
}
