import { hkdfSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './setup-problem.ts';

/** What the instance keeps to itself. Losing it makes old click links invalid and endpoint secrets unreadable. */
export interface Secrets {
  /** A key of 32 bytes for one purpose; the same instance secret and purpose always give the same key. */
  keyFor(purpose: SecretPurpose): Buffer;
}

/** Every use has a key of its own, so that a leak of one does not open the others. */
export type SecretPurpose =
  | 'click_token'
  | 'endpoint_secret'
  | 'feed_secret'
  | 'source_token'
  | 'cursor'
  | 'idempotent_answer';

const FILE = 'secret';
const BYTES = 32;

/**
 * The instance secret: the given one (all hosts that share one database must have the same), else the one in
 * the data folder, which is made on first use (32 random bytes, readable by the owner only).
 * Throws SetupProblem when the file is damaged or cannot be read.
 */
export function openSecrets(options: { dataFolder: string; secret: string | undefined }): Secrets {
  const secret =
    options.secret === undefined ? readOrCreate(options.dataFolder) : parseSecret(options.secret);
  return {
    keyFor: (purpose) => Buffer.from(hkdfSync('sha256', secret, '', `plumbline:${purpose}`, BYTES)),
  };
}

/** 64 hexadecimal digits or base64 of 32 bytes. Throws SetupProblem otherwise. */
function parseSecret(text: string): Buffer {
  const secret = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64url');
  if (secret.length !== BYTES) throw new SetupProblem('PLUMBLINE_SECRET must be 32 bytes, in hex or base64.');
  return secret;
}

function readOrCreate(dataFolder: string): Buffer {
  const file = join(dataFolder, FILE);
  const existing = readSecret(file);
  if (existing !== undefined) return existing;
  mkdirSync(dataFolder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'w', 0o600);
  writeSync(handle, `${randomBytes(BYTES).toString('hex')}\n`);
  fsyncSync(handle);
  closeSync(handle);
  chmodSync(draft, 0o600);
  try {
    // A link, not a rename: two processes that start at once must end with the same secret, the first one's.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  const secret = readSecret(file);
  if (secret === undefined) throw new SetupProblem(`The instance secret ${file} vanished while it was made.`);
  return secret;
}

function readSecret(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SetupProblem(
      `The instance secret ${file} cannot be read (${(error as Error).message}). ` +
        'Start Plumbline as the user who owns the data folder, or set PLUMBLINE_SECRET.',
    );
  }
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new SetupProblem(
    `The instance secret ${file} is damaged: it must be 64 hexadecimal digits. Restore it from a backup. ` +
      'Without it, click links made so far stop working and endpoint secrets must be made anew.',
  );
}
