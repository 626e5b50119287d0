// Files into the room of imports: upload at once or in parts, look, try, start, read the errors, go on, stop.
import type { Random } from '../drill/random.ts';
import { mutateFile } from './mutate-file.ts';
import type { Scene, Target } from './scene.ts';
import { fieldOf, jsonShot } from './shot.ts';
import type { Aimed, Shot } from './shot.ts';

const DOOR = 'import';

/** Most go into sources whose mapping reads files; the others must refuse them in words. */
export function aimImport({ random, target, key, index }: Aimed, scene: Scene): Shot {
  const into = random.chance(85) ? random.pick(scene.fileTargets) : target;
  const { body } = random.pick(into.seeds);
  const bytes = random.chance(15) ? Buffer.from(body) : mutateFile(random, body);
  const base = `/v1/sources/${into.slug}/imports`;
  const at = { random, base, key, index, feed: feedOf(random, into) };
  if (random.chance(15)) return inParts(at, bytes);
  const query = new URLSearchParams({
    ...at.feed,
    ...(random.chance(50) ? { start: 'true' } : random.chance(30) ? { dryRun: 'true' } : {}),
    ...(random.chance(10) ? { encoding: random.pick(['utf-8', 'utf-16le', 'windows-1252', 'koi8-r']) } : {}),
    ...(random.chance(10) ? { delimiter: random.pick([',', ';', 'tab', 'x']) } : {}),
    ...(random.chance(10) ? { format: random.pick(['csv', 'jsonl', 'xlsx']) } : {}),
  });
  const multipart = random.chance(20);
  return {
    door: DOOR,
    method: 'POST',
    path: `${base}?${query.toString()}`,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': multipart ? 'multipart/form-data; boundary=edge' : 'text/csv',
      ...(random.chance(10) ? { 'idempotency-key': `file-${random.below(20)}` } : {}),
      ...(random.chance(4) ? { 'content-encoding': random.pick(['gzip', 'br', 'zstd']) } : {}),
    },
    body: multipart ? asPart(random, bytes) : bytes,
    next: (answer) => afterwards(at, answer),
  };
}

interface At {
  readonly random: Random;
  readonly base: string;
  readonly key: string;
  readonly index: number;
  readonly feed: Record<string, string>;
}

function feedOf(random: Random, { fileFeed }: Target): Record<string, string> {
  if (random.chance(5)) return { feed: random.pick(['nobody', 'webhook', ' ', 'x'.repeat(65)]) };
  return fileFeed === undefined ? {} : { feed: fileFeed };
}

function asPart(random: Random, bytes: Uint8Array): Uint8Array {
  const name = random.pick(['a.csv', '../../a.csv', '', 'a\u0000.csv', `${'n'.repeat(400)}.csv`]);
  const head = `--edge\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(random.chance(90) ? '\r\n--edge--\r\n' : '')]);
}

/** What a person does with an import that was taken. */
function afterwards({ random, base, key }: At, answer: string): Shot[] {
  const id = fieldOf(answer, 'id');
  if (typeof id !== 'string') return [];
  const post = (what: string): Shot =>
    jsonShot(DOOR, { method: 'POST', path: `${base}/${id}/${what}`, key }, {});
  const look = (what: string): Shot => ({ ...post(what), method: 'GET', body: undefined });
  const say = (): Shot =>
    jsonShot(
      DOOR,
      { method: 'PATCH', path: `${base}/${id}`, key },
      random.pick([
        {},
        { delimiter: ';' },
        { encoding: 'windows-1250' },
        { format: 'jsonl' },
        { quote: "'" },
        { quote: 'x' },
        null,
      ]),
    );
  const steps = [
    () => look('preview'),
    () => look(`preview?rows=${random.pick(['1', '200', '0', 'x'])}`),
    () => look('errors.csv'),
    () => post('start?dryRun=true'),
    () => post('start'),
    () => post('cancel'),
    () => post('resume'),
    () => post('approve'),
    say,
  ];
  return Array.from({ length: random.below(4) }, () => random.pick(steps)());
}

/** Parts that come in order, break off, come twice or from a wrong place. */
function inParts(at: At, bytes: Uint8Array): Shot {
  const { random, base, key } = at;
  const query = new URLSearchParams({ ...at.feed, parts: 'true' });
  const middle = random.below(bytes.length + 1);
  const put = (id: string, offset: number | string, part: Uint8Array, last: boolean): Shot => ({
    door: DOOR,
    method: 'PUT',
    path: `${base}/${id}/content?offset=${offset}${last ? '&last=true' : ''}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
    body: part,
  });
  return {
    ...jsonShot(DOOR, { method: 'POST', path: `${base}?${query.toString()}`, key }, ''),
    next(answer) {
      const id = fieldOf(answer, 'id');
      if (typeof id !== 'string') return [];
      const parts = [put(id, 0, bytes.subarray(0, middle), false)];
      if (random.chance(20))
        parts.push(put(id, random.pick([0, 1, -1, 'x', 2 ** 53]), bytes.subarray(0, 5), false));
      if (random.chance(85)) parts.push(put(id, middle, bytes.subarray(middle), true));
      if (random.chance(10)) parts.push(put(id, bytes.length, bytes.subarray(0, 3), true));
      return [
        ...parts,
        jsonShot(DOOR, { method: 'POST', path: `${base}/${id}/start`, key }, {}),
        ...afterwards(at, answer),
      ];
    },
  };
}
