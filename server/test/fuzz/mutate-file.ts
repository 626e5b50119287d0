// Files as spreadsheets, exports and people leave them. All choices follow from the seed.
import { gzipSync } from 'node:zlib';
import type { Random } from '../drill/random.ts';
import { mutate } from './mutate.ts';

type Change = (random: Random, text: string) => string;

const CHANGES: readonly Change[] = [
  (_, text) => `\ufeff${text}`,
  (_, text) => `sep=;\n${text.replaceAll(',', ';')}`,
  (_, text) => `sep=,\r\n${text}`,
  (_, text) => text.replaceAll('\n', '\r\n'),
  (_, text) => text.replaceAll('\n', '\r'),
  (_, text) => text.replaceAll(',', '\t'),
  (_, text) => text.replace(/[^,\n]+/g, '"$&"'),
  // A quote that never closes.
  (random, text) => cellOf(random, text, (cell) => `"${cell}`),
  (random, text) => cellOf(random, text, (cell) => `"${cell}"x`),
  (random, text) => cellOf(random, text, (cell) => `"${cell}\n${cell}"`),
  (random, text) => cellOf(random, text, () => 'y'.repeat(1 + random.below(70_000))),
  (random, text) => cellOf(random, text, (cell) => `${cell}\0`),
  (random, text) => cellOf(random, text, () => '\ud800'),
  (random, text) => cellOf(random, text, () => '4111 1111 1111 1111'),
  // Ragged rows.
  (random, text) => lineOf(random, text, (line) => `${line},,,`),
  (random, text) => lineOf(random, text, (line) => line.slice(0, line.lastIndexOf(','))),
  (random, text) => lineOf(random, text, () => ''),
  (_, text) => text.split('\n')[0] ?? '',
  (_, text) => `${text}\n${text}`,
  (_, text) => `Report of March\n\n${text}\nTotal,,,1.00\n`,
  (random, text) => text + text.slice(text.indexOf('\n')).repeat(1 + random.below(40)),
];

/** A file, changed in some ways, in some encoding, sometimes compressed. Returns its bytes as they are sent. */
export function mutateFile(random: Random, body: string): Uint8Array {
  let text = body;
  for (let round = random.below(3); round > 0; round -= 1) text = random.pick(CHANGES)(random, text);
  if (random.chance(30)) return random.chance(10) ? new Uint8Array() : wrap(random, mutate(random, text));
  return wrap(random, encode(random, text));
}

function encode(random: Random, text: string): Uint8Array {
  if (random.chance(75)) return Buffer.from(text, 'utf8');
  return random.pick([
    Buffer.from(text, 'latin1'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    Buffer.from(text, 'utf16le'),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').subarray(1)]),
    Buffer.concat([Buffer.from(text), Buffer.from([0x80, 0xfe, 0xff])]),
  ]);
}

function wrap(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.chance(85)) return bytes;
  const packed = gzipSync(bytes);
  return random.pick([
    packed,
    packed,
    packed.subarray(0, random.below(packed.length)),
    Buffer.concat([packed, packed]),
    Buffer.concat([packed, Buffer.from('tail')]),
    gzipSync(packed),
  ]);
}

function lineOf(random: Random, text: string, change: (line: string) => string): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  return lines.map((line, index) => (index === at ? change(line) : line)).join('\n');
}

function cellOf(random: Random, text: string, change: (cell: string) => string): string {
  return lineOf(random, text, (line) => {
    const cells = line.split(',');
    const at = random.below(cells.length);
    return cells.map((cell, index) => (index === at ? change(cell) : cell)).join(',');
  });
}
