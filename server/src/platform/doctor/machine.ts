import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { readLocalServer } from '../local-server.ts';
import { claimFileOf, clusterFolderOf, findBinaries, findOwner, findPostmaster } from '../postgres/index.ts';
import { ok, unknown, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** Below this the next busy day can fill the disk, and PostgreSQL then stops taking anything. */
const LEAST_FREE_BYTES = 2_000_000_000;
const OLDEST_NODE = { major: 22, minor: 22 };

/** Everything about this machine that Plumbline needs; looks, and changes nothing. */
export async function examineMachine(config: Config): Promise<Finding[]> {
  return [
    examineNode(process.versions.node),
    examineFolder(config.dataFolder),
    examineDisk(config.dataFolder),
    examineSecret(config),
    examinePrograms(config),
    examineOrphan(config.dataFolder),
    await examinePort(config),
  ];
}

/** `version` as in process.versions.node, for example "24.21.0". */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isGood = major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  if (isGood) return ok('Node', version);
  return wrong('Node', version, 'Run npm ci with optional packages allowed, or install Node 24.');
}

export function examineFolder(folder: string): Finding {
  const place = nearestExisting(folder);
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return wrong(
      'data folder',
      `${folder} cannot be written`,
      'Give it to this user, or set PLUMBLINE_DATA.',
    );
  }
  if (!statSync(place).isDirectory()) {
    return wrong('data folder', `${place} is not a folder`, 'Set PLUMBLINE_DATA to a folder.');
  }
  return ok('data folder', existsSync(folder) ? folder : `${folder} (made at the first start)`);
}

export function examineDisk(folder: string, leastFreeBytes: number = LEAST_FREE_BYTES): Finding {
  const disk = statfsSync(nearestExisting(folder));
  const freeBytes = disk.bavail * disk.bsize;
  const found = `${(freeBytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes >= leastFreeBytes) return ok('disk', found);
  return wrong('disk', found, 'Make room or move the data folder: PostgreSQL stops when the disk is full.');
}

export function examineSecret(config: Config): Finding {
  if (config.secret !== undefined) return ok('instance secret', 'from PLUMBLINE_SECRET');
  const file = join(config.dataFolder, 'secret');
  if (!existsSync(file)) {
    return config.databaseUrl === undefined
      ? unknown('instance secret', 'made at the first start')
      : unknown(
          'instance secret',
          'made at the first start; hosts that share a database need PLUMBLINE_SECRET',
        );
  }
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return ok('instance secret', 'readable by its owner only');
  return wrong('instance secret', `others may read it (mode ${mode.toString(8)})`, `Run: chmod 600 ${file}`);
}

function examinePrograms(config: Config): Finding {
  if (config.databaseUrl !== undefined) return ok('embedded PostgreSQL', 'not needed, DATABASE_URL is set');
  try {
    return ok('embedded PostgreSQL', findBinaries().version);
  } catch (error) {
    return wrong('embedded PostgreSQL', (error as Error).message, 'Run npm ci again, or set DATABASE_URL.');
  }
}

export function examineOrphan(dataFolder: string): Finding {
  const server = findPostmaster(clusterFolderOf(dataFolder));
  const owner = findOwner(claimFileOf(dataFolder));
  if (server === undefined) return ok('left-over processes', 'none');
  if (owner !== undefined) return ok('left-over processes', `none; Plumbline runs as process ${owner}`);
  const found = `PostgreSQL ${server.pid} runs without its Plumbline`;
  return wrong(
    'left-over processes',
    found,
    `The next start stops it by itself; or run: kill -INT ${server.pid}`,
  );
}

async function examinePort(config: Config): Promise<Finding> {
  const where = `${config.host}:${config.port}`;
  const code = await bindOnce(config.host, config.port);
  if (code === undefined) return ok('port', `${where} is free`);
  if (code !== 'EADDRINUSE') {
    return wrong(
      'port',
      `${where} cannot be used (${code})`,
      'Set HOST and PORT to an address of this machine.',
    );
  }
  if (await isOurs(config)) return ok('port', `${where} is served by this Plumbline`);
  return wrong(
    'port',
    `${where} is taken by another program`,
    'Stop that program, or set PORT to another port.',
  );
}

async function bindOnce(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function isOurs(config: Config): Promise<boolean> {
  const { url } = readLocalServer(config.dataFolder);
  if (url === undefined || new URL(url).port !== String(config.port)) return false;
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function nearestExisting(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
