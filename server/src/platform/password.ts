import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

// Costs of the OWASP recommendation for argon2id: 19 MiB, two passes, one lane. They are written into every hash,
// so that they can rise later without making the old ones unreadable.
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify(argon2);

/** The argon2id hash of a password as a PHC string, with a fresh salt. Takes some 40 ms of a thread, on purpose. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, {
    salt,
    memory: MEMORY_KIB,
    passes: PASSES,
    lanes: LANES,
    bytes: TAG_BYTES,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${encode(salt)}$${encode(tag)}`;
}

/**
 * Whether this is the password. Without a hash (nobody has this name) the same work is done and the answer is no, so
 * that the time of the answer does not tell which names exist.
 */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const parsed = PHC.exec(hash ?? NOBODY);
  if (parsed === null) throw new Error('a stored password hash cannot be read');
  const [, memory, passes, lanes, salt = '', tag = ''] = parsed;
  const expected = Buffer.from(tag, 'base64');
  const found = await tagOf(password, {
    salt: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    bytes: expected.length,
  });
  return timingSafeEqual(found, expected) && hash !== undefined;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

interface Costs {
  readonly salt: Buffer;
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
  readonly bytes: number;
}

function tagOf(password: string, costs: Costs): Promise<Buffer> {
  // Two keyboards may send the same letter in two ways; both are the same password.
  const message = password.normalize('NFKC');
  return derive('argon2id', {
    message,
    nonce: costs.salt,
    parallelism: costs.lanes,
    tagLength: costs.bytes,
    memory: costs.memory,
    passes: costs.passes,
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
