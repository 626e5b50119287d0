// One request of a campaign, and what every door's aim is made from.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '../drill/random.ts';
import type { Target } from './scene.ts';

/** One request as it goes out. */
export interface Shot {
  readonly door: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
  /** What is sent next, by the text of the answer. */
  readonly next?: (answer: string) => readonly Shot[];
}

/** What a request is made from. */
export interface Aimed {
  readonly random: Random;
  readonly target: Target;
  readonly bytes: Uint8Array;
  readonly type: string | undefined;
  readonly key: string;
  readonly index: number;
}

export function typed(type: string | undefined): Record<string, string> {
  return type === undefined ? {} : { 'content-type': type };
}

const PACKERS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;

/** Some bodies go compressed, some break off, and some only say that they are. */
export function pack(
  random: Random,
  bytes: Uint8Array,
  headers: Record<string, string>,
): { headers: Record<string, string>; body: Uint8Array } {
  if (random.chance(92)) return { headers, body: bytes };
  const [encoding, compress] = random.pick(PACKERS);
  const body = random.chance(70) ? compress(bytes) : bytes;
  return {
    headers: { ...headers, 'content-encoding': random.chance(90) ? encoding : 'gzip, br' },
    body: random.chance(15) ? body.subarray(0, random.below(body.length + 1)) : body,
  };
}

/** A body that is written as JSON. */
export function jsonShot(
  door: string,
  at: Pick<Shot, 'method' | 'path'> & { readonly key: string },
  body: unknown,
): Shot {
  const { key, ...rest } = at;
  return {
    door,
    ...rest,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}

/** A field of an answer that is JSON; undefined when it is not there. */
export function fieldOf(answer: string, name: string): unknown {
  try {
    return (JSON.parse(answer) as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
