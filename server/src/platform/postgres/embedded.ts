import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SetupProblem } from '../setup-problem.ts';
import { findBinaries } from './binaries.ts';
import type { PostgresBinaries } from './binaries.ts';
import { chooseIdentity, commandAs, giveTo } from './identity.ts';
import type { Identity } from './identity.ts';
import { claimFolder, releaseFolder } from './owner.ts';
import { clearOrphan, findPostmaster, readPostmaster, stopProcess } from './postmaster.ts';

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** Connection address with password, as the superuser of this server. */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly pid: number;
  /** Resolves when the server process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Fast shutdown with checkpoint; safe to call twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Plumbline's data folder; PostgreSQL lives in `postgres/` below it. */
  readonly dataFolder: string;
  readonly log?: { info(text: string): void; warn(text: string): void };
  /** Server settings that win over the built-in ones. Never switch fsync off where money is kept. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of another PostgreSQL's programs, instead of the npm package. */
  readonly binFolder?: string;
  /** The port to insist on, so that a server started again is where its clients look; random by default. */
  readonly port?: number;
}

interface Place {
  readonly folder: string;
  readonly cluster: string;
  readonly password: string;
  readonly claim: string;
  readonly log: string;
}

const USER = 'plumbline';
const START_PATIENCE_MS = 120_000;
const LOG_LIMIT_BYTES = 10_000_000;

/**
 * Starts the PostgreSQL that keeps its data below `dataFolder`; makes it on first use (about 1 s).
 * It listens on a random loopback port only, with a password that is kept in a 0600 file.
 * It stops by itself when this process dies, however it dies; an orphan that is found nevertheless is stopped.
 * Throws SetupProblem: folder in use, no identity to run as, data of another major version, server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = findBinaries(options.binFolder);
  const place = openPlace(options.dataFolder);
  claimFolder(place.claim);
  try {
    const identity = chooseIdentity(place.folder, binaries.postgres);
    const cleared = await clearOrphan(place.cluster);
    if (cleared === 'stopped') options.log?.warn('stopped a PostgreSQL left over from an earlier run');
    createCluster(place, binaries, identity, options.settings?.['fsync'] === 'off');
    refuseOtherMajor(place, binaries);
    return await launch({ place, binaries, identity, options });
  } catch (error) {
    releaseFolder(place.claim);
    throw error;
  }
}

/** The address of the server that runs on this data folder right now, or undefined. */
export function findEmbeddedPostgres(dataFolder: string): { url: string; pid: number } | undefined {
  const place = placeOf(dataFolder);
  if (!existsSync(place.cluster)) return undefined;
  const found = findPostmaster(realpathSync(place.cluster));
  if (found === undefined || found.status !== 'ready') return undefined;
  return { url: urlOf(place, found.port), pid: found.pid };
}

/** The file that says which process uses the data folder; doctor reads it. */
export function claimFileOf(dataFolder: string): string {
  return placeOf(dataFolder).claim;
}

/** Where the database files are; doctor looks there for a server without a master. */
export function clusterFolderOf(dataFolder: string): string {
  return placeOf(dataFolder).cluster;
}

function placeOf(dataFolder: string): Place {
  const folder = join(dataFolder, 'postgres');
  return {
    folder,
    cluster: join(folder, 'cluster'),
    password: join(folder, 'password'),
    claim: join(dataFolder, 'postgres.owner'),
    log: join(folder, 'server.log'),
  };
}

function openPlace(dataFolder: string): Place {
  try {
    mkdirSync(dataFolder, { recursive: true });
    const place = placeOf(realpathSync(dataFolder));
    mkdirSync(place.folder, { recursive: true, mode: 0o700 });
    return place;
  } catch (error) {
    throw new SetupProblem(
      `The data folder ${dataFolder} cannot be written (${(error as Error).message}). ` +
        'Make it writable for this user, or set PLUMBLINE_DATA to another folder.',
      { cause: error },
    );
  }
}

function createCluster(
  place: Place,
  binaries: PostgresBinaries,
  identity: Identity,
  isThrowaway: boolean,
): void {
  if (existsSync(join(place.cluster, 'PG_VERSION'))) return;
  // Made beside and renamed, so that a run killed half way leaves nothing that looks like a database.
  const unfinished = `${place.cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(place.cluster, { recursive: true, force: true });
  writeFileSync(place.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  chmodSync(place.password, 0o600);
  giveTo(identity, place.password);
  const args = [
    '-D',
    unfinished,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    '--pwfile',
    place.password,
    '-E',
    'UTF8',
  ];
  // The built-in provider sorts by code point on every machine; before 17 the C locale is the same order.
  if (binaries.major >= 17) args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  else args.push('--locale=C');
  if (isThrowaway) args.push('--no-sync');
  const { command, args: all, ...who } = commandAs(identity, binaries.initdb, args);
  const run = spawnSync(command, all, { ...who, cwd: place.folder, env: environment(), encoding: 'utf8' });
  if (run.status !== 0) {
    const reason = `${run.error?.message ?? ''}${run.stderr ?? ''}`.trim();
    throw new SetupProblem(`The database could not be made in ${place.folder}: ${reason}`);
  }
  renameSync(unfinished, place.cluster);
}

function refuseOtherMajor(place: Place, binaries: PostgresBinaries): void {
  const major = Number(readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8'));
  if (major === binaries.major) return;
  throw new SetupProblem(
    `The data in ${place.cluster} was written by PostgreSQL ${major}, and this Plumbline brings ` +
      `${binaries.version}. Upgrade the data with PostgreSQL's own tools, or set DATABASE_URL to a server that reads it.`,
  );
}

interface Launch {
  readonly place: Place;
  readonly binaries: PostgresBinaries;
  readonly identity: Identity;
  readonly options: EmbeddedPostgresOptions;
}

async function launch(launch: Launch): Promise<EmbeddedPostgres> {
  const { place, binaries } = launch;
  truncateBigLog(place.log);
  let lastWords = '';
  // A free port can be taken by somebody else between asking and binding, so try more than once.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const port = launch.options.port ?? (await freePort());
    const logStart = existsSync(place.log) ? statSync(place.log).size : 0;
    const child = spawnServer(launch, port);
    const exited = new Promise<void>((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
    const isReady = await untilReady(child, place.cluster, port);
    if (isReady && child.pid !== undefined) return running({ place, binaries, child, port, exited });
    lastWords = readFileSync(place.log, 'utf8').slice(logStart).trim().split('\n').slice(-8).join('\n');
    if (!/could not bind|Address already in use|shared memory block/.test(lastWords)) break;
    await wait(300);
  }
  throw new SetupProblem(`PostgreSQL did not start. Its last words (whole log: ${place.log}):\n${lastWords}`);
}

function running(parts: {
  place: Place;
  binaries: PostgresBinaries;
  child: ChildProcess;
  port: number;
  exited: Promise<void>;
}): EmbeddedPostgres {
  const { place, binaries, child, port, exited } = parts;
  const pid = child.pid ?? 0;
  // Given back also when the server ended by itself, so that whoever watches it can start it again.
  const ended = exited.then(() => releaseFolder(place.claim));
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await stopProcess(pid, () => child.exitCode === null && child.signalCode === null);
    await ended;
  };
  return {
    url: urlOf(place, port),
    port,
    version: binaries.version,
    pid,
    ended,
    stop: () => (stopping ??= stop()),
  };
}

function spawnServer({ place, binaries, identity, options }: Launch, port: number): ChildProcess {
  const settings = { ...builtInSettings(), ...options.settings, port: String(port) };
  const args = ['-D', place.cluster];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const guarded = hasSetpriv()
    ? { program: 'setpriv', args: ['--pdeathsig', 'INT', binaries.postgres, ...args] }
    : { program: binaries.postgres, args };
  const { command, args: all, ...who } = commandAs(identity, guarded.program, guarded.args);
  const log = openSync(place.log, 'a', 0o600);
  try {
    // Detached, so that Ctrl-C in the terminal does not reach PostgreSQL before its clients have finished.
    return spawn(command, all, {
      ...who,
      cwd: place.folder,
      env: environment(),
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function builtInSettings(): Record<string, string> {
  const gib = 1024 ** 3;
  // A sixteenth of the memory, because API, worker and the page cache share the machine (stack.md: 256 MB).
  const sharedMb = totalmem() < 8 * gib ? 256 : Math.min(1024, Math.floor(totalmem() / 16 / 1024 ** 2));
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: `${sharedMb}MB`,
    max_wal_size: '2GB',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

async function untilReady(child: ChildProcess, cluster: string, port: number): Promise<boolean> {
  let isGone = false;
  const gone = (): void => {
    isGone = true;
  };
  child.once('exit', gone);
  child.once('error', gone);
  for (let waitedMs = 0; waitedMs < START_PATIENCE_MS && !isGone; waitedMs += 10) {
    const server = readPostmaster(cluster);
    if (server?.pid === child.pid && server?.port === port && server.status === 'ready') return true;
    await wait(10);
  }
  if (!isGone && child.pid !== undefined) await stopProcess(child.pid, () => !isGone);
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

function urlOf(place: Place, port: number): string {
  const password = readFileSync(place.password, 'utf8').trim();
  return `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
}

function hasSetpriv(): boolean {
  return spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], { stdio: 'ignore' }).status === 0;
}

/** Only what a server needs: settings meant for clients (PGHOST and the like) must not reach it. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function truncateBigLog(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) writeFileSync(file, '');
}
