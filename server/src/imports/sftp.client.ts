import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ssh2 from 'ssh2';
import type { Client, Entry, Sftp } from 'ssh2';
import { PlaceRefused } from './folder.client.ts';
import type { Shelf, WatchedPlace } from './folder.client.ts';
import { fitsPattern } from './pattern.ts';

const READY_MS = 20_000;
const KEEP_ALIVE_MS = 10_000;

/** Which server, as whom, and where on it. */
export interface SftpTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A password, or a private key as PEM. */
  readonly secret: string;
  /** `SHA256:` and the base64 of the digest of the host key. */
  readonly hostKey: string;
  readonly folder: string;
}

/** Opens a folder of an SFTP server whose host key is the expected one. Throws PlaceRefused with what to do. */
export async function openSftp(target: SftpTarget): Promise<WatchedPlace> {
  const { client, sftp } = await connect(target);
  const folder = target.folder.replace(/\/+$/, '') || '/';
  const at = (...names: string[]): string => [folder === '/' ? '' : folder, ...names].join('/');
  const makeShelf = (shelf: Shelf): Promise<void> =>
    // That it is there already is told as a general failure; a real one shows when it is written to.
    ask<undefined>((done) => sftp.mkdir(at(shelf), done)).then(
      () => undefined,
      () => undefined,
    );
  return {
    async list(pattern) {
      const entries = await ask<Entry[]>((done) => sftp.readdir(folder, done)).catch((error: Error) => {
        throw new PlaceRefused(
          `The folder ${folder} on ${target.host} cannot be read: ${error.message}. Correct settings.files.path.`,
        );
      });
      return entries
        .filter(({ filename, attrs }) => attrs.isFile() && fitsPattern(filename, pattern))
        .map(({ filename, attrs }) => ({
          name: filename,
          path: at(filename),
          size: attrs.size,
          modified: attrs.mtime * 1000,
        }))
        .toSorted((a, b) => a.modified - b.modified);
    },
    read: async (file) => sftp.createReadStream(file.path),
    async shelve(file, shelf, unique) {
      await makeShelf(shelf);
      const taken = await ask((done) => sftp.stat(at(shelf, file.name), done)).then(
        () => true,
        () => false,
      );
      const name = taken ? `${file.name}.${unique}` : file.name;
      await ask<undefined>((done) => sftp.rename(file.path, at(shelf, name), done));
      return name;
    },
    remove: (file) => ask<undefined>((done) => sftp.unlink(file.path, done)),
    async write(shelf, name, lines) {
      await makeShelf(shelf);
      await pipeline(Readable.from(lines), sftp.createWriteStream(at(shelf, name)));
    },
    async close() {
      client.end();
    },
  };
}

function ask<T>(call: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

async function connect(target: SftpTarget): Promise<{ client: Client; sftp: Sftp }> {
  const client = new ssh2.Client();
  let shown: string | undefined;
  const isKey = target.secret.includes('-----BEGIN');
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('error', reject);
      client.connect({
        host: target.host,
        port: target.port,
        username: target.user,
        ...(isKey ? { privateKey: target.secret } : { password: target.secret }),
        readyTimeout: READY_MS,
        keepaliveInterval: KEEP_ALIVE_MS,
        hostVerifier: (key) => {
          shown = fingerprintOf(key);
          return isSame(shown, target.hostKey);
        },
      });
    });
    // What breaks later is told by the call that was under way.
    client.on('error', () => undefined);
    return { client, sftp: await ask<Sftp>((done) => client.sftp(done)) };
  } catch (error) {
    client.end();
    throw new PlaceRefused(sayFault(target, error as Error & { level?: string }, shown));
  }
}

/** As ssh-keygen -lf shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function isSame(shown: string, expected: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(expected.replace(/=+$/, ''))];
  return a.length === b.length && timingSafeEqual(a, b);
}

function sayFault(target: SftpTarget, error: Error & { level?: string }, shown: string | undefined): string {
  if (shown !== undefined && !isSame(shown, target.hostKey))
    return `${target.host} showed the host key ${shown}, and the feed expects ${target.hostKey}. Somebody may stand in between; if the server really has a new key, change settings.files.hostKey.`;
  if (error.level === 'client-authentication')
    return `${target.host} does not let ${target.user} in. Check settings.files.user and the secret of the feed (a password, or a private key as PEM).`;
  return `${target.host}:${target.port} cannot be reached: ${error.message}. Check settings.files.host and port, and the network between the worker and the server.`;
}
