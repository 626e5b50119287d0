import { join, resolve } from 'node:path';
import { SetupProblem } from './setup-problem.ts';

/** Everything that the surroundings decide. Read once at the start and handed on as a value. */
export interface Config {
  /** TCP port of the API, 0 to 65535; 0 takes any free one. PORT, default 8080. */
  readonly port: number;
  /** Address to listen on. HOST, default 127.0.0.1: nothing from outside gets in unasked. */
  readonly host: string;
  /** Absolute path of the data folder. PLUMBLINE_DATA, default .plumbline in the current folder. */
  readonly dataFolder: string;
  /** An outside PostgreSQL 15 or newer. DATABASE_URL; undefined means the embedded one. */
  readonly databaseUrl: string | undefined;
  /** An API key that shall exist with all scopes. PLUMBLINE_BOOTSTRAP_KEY, 16 to 200 printable characters. */
  readonly bootstrapKey: string | undefined;
  /** The instance secret in base64 or hex, 32 bytes. PLUMBLINE_SECRET; undefined means the one in the data folder. */
  readonly secret: string | undefined;
  /** PLUMBLINE_LOG_LEVEL, default warn: intake must not write a line for each request. */
  readonly logLevel: LogLevel;
  /** Lanes that one transaction may hold, 1 to 1024. PLUMBLINE_LANES_PER_TRANSACTION, default 1024. */
  readonly lanesPerTransaction: number;
  /**
   * Processes that share the API's port, 1 to 64. PLUMBLINE_API_PROCESSES, default 1; more where the machine has more than
   * two cores and events come faster than one process takes them. Each needs some 200 MB and its own database connections.
   */
  readonly apiProcesses: number;
  /** Most database connections of one process, 2 to 500. PLUMBLINE_DATABASE_CONNECTIONS, default 16. */
  readonly databaseConnections: number;
  /**
   * The few statements of the hot path are prepared once per connection. PLUMBLINE_PREPARED_STATEMENTS, default 1; 0 behind
   * a pooler that hands out sessions per transaction and does not know prepared statements (PgBouncer before 1.21).
   */
  readonly preparedStatements: boolean;
  /** Webhooks may go to loopback and private addresses. PLUMBLINE_ALLOW_PRIVATE_DESTINATIONS=1, default no. */
  readonly allowPrivateDestinations: boolean;
  /** Networks of the proxies whose X-Forwarded headers are believed. PLUMBLINE_TRUSTED_PROXIES, separated by commas; undefined: loopback where HOST is. */
  readonly trustedProxies?: readonly string[];
  /** Folders under which a source may watch for files, absolute. PLUMBLINE_IMPORT_FOLDERS, parted by colons; default the folder inbox of the data folder. */
  readonly importFolders: readonly string[];
}

export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Names that other parts read; listed so that a misspelt one can be told from a known one. */
const KNOWN_NAMES = [
  'PLUMBLINE_DATA',
  'PLUMBLINE_BOOTSTRAP_KEY',
  'PLUMBLINE_SECRET',
  'PLUMBLINE_LOG_LEVEL',
  'PLUMBLINE_LANES_PER_TRANSACTION',
  'PLUMBLINE_DATABASE_CONNECTIONS',
  'PLUMBLINE_API_PROCESSES',
  'PLUMBLINE_PREPARED_STATEMENTS',
  'PLUMBLINE_ALLOW_PRIVATE_DESTINATIONS',
  'PLUMBLINE_IMPORT_FOLDERS',
  'PLUMBLINE_TRUSTED_PROXIES',
  'PLUMBLINE_FAILPOINTS',
  'PLUMBLINE_URL',
  'PLUMBLINE_KEY',
  'PLUMBLINE_TEST_COUNTS',
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment. An empty value counts as not set.
 * Throws SetupProblem that names every wrong setting at once and says what it must be.
 */
export function parseConfig(environment: Environment, currentFolder: string): Config {
  const reader = new Reader(environment);
  const dataFolder = resolve(currentFolder, reader.text('PLUMBLINE_DATA') ?? '.plumbline');
  const folders = reader.text('PLUMBLINE_IMPORT_FOLDERS')?.split(':') ?? [join(dataFolder, 'inbox')];
  const config: Config = {
    port: reader.integer('PORT', { min: 0, max: 65_535, otherwise: 8080 }),
    host: reader.matching('HOST', /^[A-Za-z0-9.:_-]+$/, 'a host name or an IP address') ?? '127.0.0.1',
    dataFolder,
    importFolders: folders.filter((folder) => folder !== '').map((folder) => resolve(currentFolder, folder)),
    databaseUrl: reader.matching(
      'DATABASE_URL',
      /^postgres(ql)?:\/\/\S+$/,
      'an address like postgres://user:password@host:5432/database',
    ),
    bootstrapKey: reader.matching(
      'PLUMBLINE_BOOTSTRAP_KEY',
      /^[\x21-\x7e]{16,200}$/,
      '16 to 200 printable characters without spaces',
    ),
    secret: reader.matching(
      'PLUMBLINE_SECRET',
      /^([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/,
      '32 bytes, as 64 hexadecimal digits or as base64',
    ),
    logLevel: reader.oneOf('PLUMBLINE_LOG_LEVEL', LOG_LEVELS, 'warn'),
    lanesPerTransaction: reader.integer('PLUMBLINE_LANES_PER_TRANSACTION', {
      min: 1,
      max: 1024,
      otherwise: 1024,
    }),
    apiProcesses: reader.integer('PLUMBLINE_API_PROCESSES', {
      min: 1,
      max: 64,
      otherwise: 1,
    }),
    databaseConnections: reader.integer('PLUMBLINE_DATABASE_CONNECTIONS', {
      min: 2,
      max: 500,
      otherwise: 16,
    }),
    preparedStatements: reader.oneOf('PLUMBLINE_PREPARED_STATEMENTS', ['0', '1'], '1') === '1',
    ...trustedProxiesOf(reader),
    allowPrivateDestinations: reader.oneOf('PLUMBLINE_ALLOW_PRIVATE_DESTINATIONS', ['0', '1'], '0') === '1',
  };
  reader.refuseProblems();
  return config;
}

/** Settings that look like ours but that nothing reads, as sentences; a typing error must not pass unseen. */
export function unknownSettings(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('PLUMBLINE_') && !KNOWN_NAMES.includes(name))
    .map((name) => `${name} is set, but Plumbline has no such setting (it knows ${KNOWN_NAMES.join(', ')}).`);
}

function trustedProxiesOf(reader: Reader): { trustedProxies?: readonly string[] } {
  const text = reader.matching(
    'PLUMBLINE_TRUSTED_PROXIES',
    /^[0-9A-Fa-f.:]+(\/\d{1,3})?( *, *[0-9A-Fa-f.:]+(\/\d{1,3})?)*$/,
    'addresses or networks separated by commas, such as 10.0.0.0/8',
  );
  return text === undefined ? {} : { trustedProxies: text.split(/ *, */) };
}

class Reader {
  readonly #environment: Environment;
  readonly #problems: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  /** The value is not repeated in the problem, because some settings are secrets. */
  matching(name: string, pattern: RegExp, meaning: string): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !pattern.test(value)) this.#problems.push(`${name} must be ${meaning}.`);
    return value;
  }

  integer(name: string, range: { min: number; max: number; otherwise: number }): number {
    const value = this.text(name);
    if (value === undefined) return range.otherwise;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= range.min && number <= range.max) return number;
    this.#problems.push(
      `${name} must be a whole number from ${range.min} to ${range.max}, and it is "${value}".`,
    );
    return range.otherwise;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    this.#problems.push(`${name} must be one of ${words.join(', ')}, and it is "${value}".`);
    return otherwise;
  }

  refuseProblems(): void {
    if (this.#problems.length === 0) return;
    throw new SetupProblem(`${this.#problems.join(' ')} Change the environment and start again.`);
  }
}
