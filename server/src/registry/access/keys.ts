import { sha256Bytes, sha256Hex } from '../../kernel/digest.ts';

/** Generated keys look like `plk_<10 characters to find it by>_<43 secret characters>`. */
const GENERATED = /^(plk_[0-9a-hjkmnp-tv-z]{10})_[A-Za-z0-9_-]{43}$/;

/**
 * The part of a key by which its row is found, stored in the clear. A key of another form (the bootstrap key may
 * be anything) is found by the beginning of its hash, so that nothing of the key itself is stored.
 */
export function prefixOfKey(key: string): string {
  const generated = GENERATED.exec(key);
  return generated === null ? `sha_${sha256Hex(key).slice(0, 16)}` : (generated[1] as string);
}

/** SHA-256 of the whole key. Keys are 16 random characters at least, so a slow hash would protect nothing more. */
export function hashOfKey(key: string): Buffer {
  return sha256Bytes(key);
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new key from 42 random bytes. Throws a RangeError on another number of bytes. */
export function formatKey(random: Uint8Array): string {
  if (random.length !== 42) throw new RangeError(`a key is made of 42 random bytes, not ${random.length}`);
  let found = '';
  for (const byte of random.subarray(0, 10)) found += ALPHABET.charAt(byte & 31);
  return `plk_${found}_${Buffer.from(random.subarray(10)).toString('base64url')}`;
}
