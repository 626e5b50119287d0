import { sha256Latin1 } from '../kernel/digest.ts';
import { formatInstant, instantFromMillis } from '../kernel/instant.ts';
import type { Secrets } from '../platform/secrets.ts';
import { readClickId } from './token.ts';
import type { Mac } from './token.ts';

/** What a click id proves by its signature. */
export interface VerifiedClickId {
  readonly linkId: string;
  readonly partnerId: string;
  /** When the click happened, ISO UTC. */
  readonly at: string;
  /** Where the visitor was, ISO 3166 alpha-2; absent where the data set does not know. */
  readonly country?: string;
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** More than any token says. */
const MOST_SAID = 1_024;

/**
 * HMAC-SHA256 (RFC 2104) under the instance's click key. Written out over one-shot hashes: preparing a key anew for every visitor, as
 * createHmac does, took a third of a redirect. The key is at most one block long.
 */
export function clickMac(secrets: Secrets): Mac {
  const key = secrets.keyFor('click_token');
  if (key.length > BLOCK_BYTES) throw new RangeError(`a key of ${key.length} bytes is longer than one block`);
  // Both are written again for every visit: hashing waits for nobody, and bytes of their own would be an allocation outside of the heap.
  const inner = Buffer.alloc(BLOCK_BYTES + MOST_SAID).fill(0x36, 0, BLOCK_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES).fill(0x5c, 0, BLOCK_BYTES);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (bytes) => {
    if (bytes.length > MOST_SAID) throw new RangeError(`${bytes.length} bytes are no token`);
    inner.set(bytes, BLOCK_BYTES);
    outer.write(sha256Latin1(inner.subarray(0, BLOCK_BYTES + bytes.length)), BLOCK_BYTES, 'latin1');
    const digest = sha256Latin1(outer);
    const mac = new Uint8Array(HASH_BYTES);
    for (let i = 0; i < HASH_BYTES; i += 1) mac[i] = digest.charCodeAt(i);
    return mac;
  };
}

/** A function that tells what a click id proves; undefined when it was not minted here or was changed. */
export function createClickVerifier(secrets: Secrets): (clickId: string) => VerifiedClickId | undefined {
  const mac = clickMac(secrets);
  return (clickId) => {
    const click = readClickId(clickId, mac);
    return click === undefined
      ? undefined
      : {
          linkId: click.linkId,
          partnerId: click.partnerId,
          at: formatInstant(instantFromMillis(click.atMillis)),
          ...(click.country === '' ? {} : { country: click.country }),
        };
  };
}
