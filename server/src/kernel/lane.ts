// A lane is a small integer computed from a key: the unit of single writing, of locking and of distribution (design.md 5).
// The function is frozen by golden vectors: changing it would move every row of every installation.

export const LANES = 1024;

export type LaneFamily = 'evidence' | 'identifier' | 'customer' | 'partner';

/**
 * The lane of a key, 0 to 1023: FNV-1a 32 over the UTF-8 bytes of family, NUL and key, mixed by the murmur3 finalizer.
 * The key is whatever the family names: event key, `namespace NUL value`, customer id, partner id, joined by `laneKey`.
 */
export function laneOf(family: LaneFamily, key: string): number {
  let h = hashText(0x811c9dc5, family);
  h = Math.imul(h, 0x01000193); // the NUL between family and key
  return finish(hashText(h, key)) & (LANES - 1);
}

/** Joins the parts of a composite key. NUL cannot occur in stored text, so the joint is unambiguous. */
export function laneKey(...parts: readonly string[]): string {
  return parts.join('\0');
}

function hashText(start: number, text: string): number {
  let h = start;
  for (let i = 0; i < text.length; i += 1) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      h = Math.imul(h ^ code, 0x01000193);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdbff && i + 1 < text.length) {
      const low = text.charCodeAt(i + 1);
      if (low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i += 1;
      }
    }
    h = hashWide(h, code);
  }
  return h;
}

/** The UTF-8 bytes of one code point above ASCII; a lone surrogate is hashed as U+FFFD, as an encoder would write it. */
function hashWide(start: number, codePoint: number): number {
  const code = codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
  const tail = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
  const bytes =
    code < 0x800
      ? [0xc0 | (code >> 6), tail(0)]
      : code < 0x10000
        ? [0xe0 | (code >> 12), tail(6), tail(0)]
        : [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
  let h = start;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  return h;
}

function finish(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h;
}
