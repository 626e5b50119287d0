// From the bytes of a file to UTF-8, block by block, and back to how many bytes of the file that was. Pure.
import type { Encoding } from './facts.ts';

/** What the first bytes of a file say about its encoding. */
export interface EncodingMark {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark, which are no text. */
  readonly markBytes: number;
  readonly sniffed: boolean;
}

/**
 * The byte order mark decides. Without one: UTF-16 when every other byte is zero, UTF-8 when the bytes are UTF-8 (a
 * character that is cut at the end counts as whole), else windows-1252, which is a guess that people must see.
 */
export function markEncoding(head: Buffer): EncodingMark {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: 'utf-8', markBytes: 3, sniffed: false };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2, sniffed: false };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2, sniffed: false };
  const half = Math.floor(Math.min(head.length, 2_000) / 2);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let pair = 0; pair < half; pair += 1) {
    if (head[pair * 2] === 0) evenZeros += 1;
    if (head[pair * 2 + 1] === 0) oddZeros += 1;
  }
  if (half > 0 && oddZeros > half * 0.6 && evenZeros === 0)
    return { encoding: 'utf-16le', markBytes: 0, sniffed: true };
  if (half > 0 && evenZeros > half * 0.6 && oddZeros === 0)
    return { encoding: 'utf-16be', markBytes: 0, sniffed: true };
  return { encoding: isUtf8(head) ? 'utf-8' : 'windows-1252', markBytes: 0, sniffed: true };
}

function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Decodes a file that is read in blocks. */
export interface BlockDecoder {
  /** The text of a block as UTF-8; a character that is cut at its end waits for the next block. */
  decode(block: Buffer): Buffer;
  /** How many bytes of the file this decoded text was. */
  measure(decoded: Buffer): number;
}

/** Opens a decoder. UTF-8 passes as it is: bytes that are none are found where rows are read. */
export function openDecoder(encoding: Encoding): BlockDecoder {
  if (encoding === 'utf-8') return { decode: (block) => block, measure: (decoded) => decoded.length };
  const bytesPerUnit = encoding.startsWith('utf-16') ? 2 : 1;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return {
    decode: (block) => Buffer.from(decoder.decode(block, { stream: true }), 'utf8'),
    measure: (decoded) => decoded.toString('utf8').length * bytesPerUnit,
  };
}
