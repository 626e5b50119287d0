import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { wireId } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { Actor } from '../../platform/http/app.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import { insertKey, insertKeyOnce } from './access.store.ts';
import type { KeyRow } from './access.store.ts';
import { countKeys, findKeyByPrefix } from './access.views.ts';
import { formatKey, hashOfKey, prefixOfKey } from './keys.ts';
import type { Tx } from '../../platform/db.ts';

/** Sees to it that this key exists with all scopes; used at the first start. The key is never logged or stored. */
export async function ensureBootstrapKey(db: Db, key: string, clock: Clock = systemClock): Promise<void> {
  await db.reference((tx) =>
    insertKeyOnce(tx, {
      id: uuidv7(),
      prefix: prefixOfKey(key),
      hash: hashOfKey(key),
      name: 'bootstrap',
      scopes: ['*'],
      now: clock.now(),
    }),
  );
}

/** True when no key is in force: then nobody can use the API, and the start shows a new one. */
export async function hasNoKey(db: Db): Promise<boolean> {
  return db.reference(async (tx) => (await countKeys(tx)) === 0);
}

/** A fresh random key in the form of generated keys. */
export function newKey(): string {
  return formatKey(randomBytes(42));
}

/** Makes a key inside the caller's transaction and hands it out this once. */
export async function createKey(
  tx: Tx,
  wanted: { name: string; scopes: readonly Scope[] },
  clock: Clock,
): Promise<{ row: KeyRow; key: string }> {
  const key = newKey();
  const row = await insertKey(tx, {
    id: uuidv7(),
    prefix: prefixOfKey(key),
    hash: hashOfKey(key),
    name: wanted.name,
    scopes: wanted.scopes,
    now: clock.now(),
  });
  return { row, key };
}

/** Tells who a key belongs to; undefined for unknown, wrong and revoked keys alike. */
export interface Authenticator {
  /** A promise only when the database must be asked: the doors see the same keys again and again. */
  find(key: string): Actor | undefined | Promise<Actor | undefined>;
}

const KEPT_MS = 5_000;
const MOST_KEPT = 10_000;

/**
 * Looks keys up by their prefix and compares hashes in constant time. What was found, and what was not, is kept
 * for five seconds by the hash of the key: the hot path asks the database seldom, and a revoked key dies soon.
 */
export function createAuthenticator(db: Db, clock: Clock): Authenticator {
  const kept = new Map<string, { actor: Actor | undefined; until: number }>();
  return {
    find(key) {
      const digest = sha256Hex(key);
      const now = clock.now() / 1000;
      const known = kept.get(digest);
      if (known !== undefined && known.until > now) return known.actor;
      return lookUp(db, key, Buffer.from(digest, 'hex')).then((actor) => {
        if (kept.size >= MOST_KEPT) kept.clear();
        kept.set(digest, { actor, until: now + KEPT_MS });
        return actor;
      });
    },
  };
}

async function lookUp(db: Db, key: string, hash: Buffer): Promise<Actor | undefined> {
  const row = await db.reference((tx) => findKeyByPrefix(tx, prefixOfKey(key)));
  if (row === undefined || row.revoked_at !== null) return undefined;
  if (row.hash.length !== hash.length || !timingSafeEqual(row.hash, hash)) return undefined;
  return { keyId: row.id, name: row.name, scopes: new Set(row.scopes), label: wireId('key', row.id) };
}
