// A whole transaction in one message: its statements go out behind one another with a single sync at the end, so that they are one
// transaction without `begin` and `commit`, and the server answers once in place of after each statement (protocol flow of
// PostgreSQL, "Pipelining"). A group commit of thirty events took five answers, each of which woke this process.
import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { columnTypes } from './db-types.ts';

/** A statement that its connection has prepared under this name, with its parameters. */
export interface Prepared {
  readonly name: string;
  readonly values: readonly unknown[];
  /** Somebody reads its rows; otherwise the server is not asked what they look like. */
  readonly wantsRows: boolean;
}

/** What the driver keeps of a connection, as far as it is needed here. */
interface Connection {
  readonly stream: Duplex;
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
}

/**
 * True when the statements can go out in one message: each has a name that this connection has prepared, and parameters that
 * need no translation by the driver (text, numbers, buffers, null).
 */
export function canTravelTogether(
  client: pg.PoolClient,
  statements: readonly (Omit<Prepared, 'name'> & { readonly name?: string | undefined })[],
): statements is readonly Prepared[] {
  const { parsedStatements } = connectionOf(client);
  return statements.every(
    ({ name, values }) => name !== undefined && parsedStatements[name] !== undefined && values.every(isPlain),
  );
}

/**
 * Sends the statements as one transaction. Resolves with the rows of each when all of it is committed; rejects with the error of
 * the first that failed, and then nothing is kept. When the connection is lost it may be in or not.
 */
export function sendTogether(client: pg.PoolClient, statements: readonly Prepared[]): Promise<object[][]> {
  return new Promise((resolve, reject) => {
    client.query(
      new Together(statements, (error, rows) => {
        if (rows === undefined) reject(error);
        else resolve(rows);
      }),
    );
  });
}

function connectionOf(client: pg.PoolClient): Connection {
  return (client as unknown as { connection: Connection }).connection;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number' || Buffer.isBuffer(value);
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** What the driver hands over: the messages of the server in their order. A Query, because a pipelined connection takes nothing else. */
class Together extends pg.Query {
  readonly #statements: readonly Prepared[];
  readonly #done: (error: unknown, rows?: object[][]) => void;
  readonly #rows: object[][] = [];
  #columns: readonly Column[] = [];
  #current: object[] = [];
  #unreadable: unknown;

  constructor(statements: readonly Prepared[], done: (error: unknown, rows?: object[][]) => void) {
    super('');
    this.#statements = statements;
    this.#done = done;
    // Without one the driver would make a promise of its own.
    (this as { callback?: unknown }).callback = () => undefined;
  }

  override readonly submit = (connection: unknown): void => {
    const { stream } = connection as Connection;
    if (stream.writable) stream.write(messageOf(this.#statements));
  };

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: columnTypes.getTypeParser(dataTypeID, 'text') as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#columns.length === 0) return;
    try {
      this.#current.push(rowOf(this.#columns, fields));
    } catch (error) {
      // Thrown here it would end the process; it is the failure of whoever asked.
      this.#unreadable ??= error;
    }
  }

  handleCommandComplete(): void {
    this.#rows.push(this.#current);
    this.#current = [];
    this.#columns = [];
  }

  handleError(error: unknown): void {
    this.#done(error);
  }

  handleReadyForQuery(): void {
    if (this.#unreadable === undefined) this.#done(undefined, this.#rows);
    else this.#done(this.#unreadable);
  }
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const { name, parse } = columns[index] as Column;
    const text = fields[index] ?? null;
    row[name] = text === null ? null : parse(text);
  }
  return row;
}

const BIND = 0x42;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const SYNC = 0x53;
/** Kind and length of a message, the empty name of the portal, and the numbers that a Bind holds beside names and values. */
const BIND_FRAME = 1 + 4 + 1 + 1 + 2 + 2 + 2;
const DESCRIBE_BYTES = 1 + 4 + 1 + 1;
const EXECUTE_BYTES = 1 + 4 + 1 + 4;
const SYNC_BYTES = 1 + 4;
const NULL_LENGTH = -1;

/** One buffer of the right size: the driver's own writer grows by copying, for each statement anew. */
function messageOf(statements: readonly Prepared[]): Buffer {
  const bound = statements.map((statement) => boundOf(statement));
  const size = bound.reduce(
    (sum, { bytes, wantsRows }) => sum + bytes + (wantsRows ? DESCRIBE_BYTES : 0) + EXECUTE_BYTES,
    SYNC_BYTES,
  );
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (const one of bound) {
    at = writeBind(buffer, one, at);
    if (one.wantsRows) {
      at = buffer.writeUInt8(DESCRIBE, at);
      at = buffer.writeInt32BE(DESCRIBE_BYTES - 1, at);
      at = buffer.writeUInt8(0x50, at);
      at = buffer.writeUInt8(0, at);
    }
    at = buffer.writeUInt8(EXECUTE, at);
    at = buffer.writeInt32BE(EXECUTE_BYTES - 1, at);
    at = buffer.writeUInt8(0, at);
    at = buffer.writeInt32BE(0, at);
  }
  at = buffer.writeUInt8(SYNC, at);
  buffer.writeInt32BE(SYNC_BYTES - 1, at);
  return buffer;
}

interface Bound {
  readonly name: string;
  readonly wantsRows: boolean;
  readonly values: readonly (string | Buffer | null)[];
  readonly lengths: readonly number[];
  /** Of the whole Bind. */
  readonly bytes: number;
}

function boundOf({ name, values, wantsRows }: Prepared): Bound {
  const plain = values.map((value) =>
    value === null || Buffer.isBuffer(value) ? value : String(value as string | number),
  );
  const lengths = plain.map((value) =>
    value === null ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length,
  );
  const bytes = lengths.reduce((sum, length) => sum + 2 + 4 + length, BIND_FRAME + Buffer.byteLength(name));
  return { name, wantsRows, values: plain, lengths, bytes };
}

function writeBind(buffer: Buffer, { name, values, lengths, bytes }: Bound, start: number): number {
  let at = buffer.writeUInt8(BIND, start);
  at = buffer.writeInt32BE(bytes - 1, at);
  at = buffer.writeUInt8(0, at);
  at += buffer.write(name, at);
  at = buffer.writeUInt8(0, at);
  at = buffer.writeInt16BE(values.length, at);
  // Texts go as text, buffers in the binary form of their type.
  for (const value of values)
    at = buffer.writeInt16BE(typeof value === 'object' && value !== null ? 1 : 0, at);
  at = buffer.writeInt16BE(values.length, at);
  for (const [index, value] of values.entries()) {
    if (value === null) {
      at = buffer.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const length = lengths[index] as number;
    at = buffer.writeInt32BE(length, at);
    if (typeof value === 'string') buffer.write(value, at);
    else buffer.set(value, at);
    at += length;
  }
  // Answers come as text.
  return buffer.writeInt16BE(0, at);
}
