/** A write or read touched another number of rows than it stated (rules.md 3.10). A bug, or somebody else was first. */
export class RowCountMismatch extends Error {
  readonly expected: string;
  readonly actual: number;
  readonly statement: string;

  constructor(expected: string, actual: number, statement: string) {
    super(`expected ${expected} row(s), got ${actual}: ${firstLine(statement)}`);
    this.name = 'RowCountMismatch';
    this.expected = expected;
    this.actual = actual;
    this.statement = statement;
  }
}

/**
 * The connection went away after `commit` was sent: the transaction may be in or not. It counts as a
 * connection fault, and since every write is idempotent by key (design.md 5, point 5) the answer is to retry.
 */
export class CommitOutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('the connection was lost during commit; the transaction may or may not have been kept', { cause });
    this.name = 'CommitOutcomeUnknown';
  }
}

/**
 * The database answered `commit` with a roll-back, because a statement of the transaction had failed and the
 * work went on as if it had not. Nothing was kept. A bug of the caller: a caught error does not heal a transaction.
 */
export class TransactionRolledBack extends Error {
  constructor() {
    super(
      'the transaction was rolled back at commit: one of its statements had failed and the failure was swallowed',
    );
    this.name = 'TransactionRolledBack';
  }
}

/** The work asked for lanes that one transaction may not hold together, or for something that is no lane. A bug. */
export class LaneRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LaneRefused';
  }
}

/** True for a unique violation, of the named constraint or index when one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: unknown }).constraint === constraint;
}

/** True when the database gave up this transaction in favour of another (serialization or deadlock): retry as it is. */
export function isSerializationFailure(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** True when the database could not be reached or dropped us, or has no room right now: retry later, with patience. */
export function isConnectionFault(error: unknown): boolean {
  if (error instanceof CommitOutcomeUnknown) return true;
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isConnectionFault);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string')
    return SOCKET_CODES.has(code) || code.startsWith('08') || LOST_STATES.has(code);
  return LOST_MESSAGES.some((words) => error.message.includes(words));
}

/** True when the same work may succeed if it is simply done again. */
export function isRetryable(error: unknown): boolean {
  return isSerializationFailure(error) || isConnectionFault(error);
}

/** The five-letter state of a database error, undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Shutdown, crash, start-up, too many connections, and a former primary that has become read-only. */
const LOST_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25006']);

/** The driver reports some losses by words alone. */
const LOST_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'not queryable',
  'Client was closed',
];

function firstLine(statement: string): string {
  const text = statement.trim().replace(/\s+/g, ' ');
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
