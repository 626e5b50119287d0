// Sends mutated payloads through every door of intake and holds what the doors promise: no 5xx, no answer without sense, nothing
// acknowledged lost, and both equations of conservation.
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../drill/random.ts';
import type { Random } from '../drill/random.ts';
import type { TestApi } from '../support/test-api.ts';
import { mutate, mutateContentType, mutateQuery } from './mutate.ts';
import { HOOK_SECRET } from './scene.ts';
import type { Scene, Target } from './scene.ts';

/** One request as it goes out. */
interface Shot {
  readonly door: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | undefined;
}

export interface FuzzReport {
  readonly sent: number;
  /** Answers by door and status, such as "hook 202". */
  readonly answers: ReadonlyMap<string, number>;
  /** What must never happen, each with the seed's number of the request. */
  readonly faults: readonly string[];
  /** Deliveries that were acknowledged as stored. */
  readonly acknowledged: ReadonlySet<string>;
}

/** Requests under way at once. */
const ABREAST = 24;
const MOST_FAULTS = 40;

export async function runFuzz(
  api: TestApi,
  scene: Scene,
  { seed, cases, say }: { seed: number; cases: number; say?: (line: string) => void },
): Promise<FuzzReport> {
  const answers = new Map<string, number>();
  const faults: string[] = [];
  const acknowledged = new Set<string>();
  let next = 0;
  const shooter = async (): Promise<void> => {
    while (next < cases && faults.length < MOST_FAULTS) {
      const index = next;
      next += 1;
      if (say !== undefined && index > 0 && index % 10_000 === 0)
        say(`${index} of ${cases} sent, ${faults.length} faults`);
      const shot = aim(createRandom(seed * 1_000_003 + index), scene, { key: api.key, index });
      const fault = await fire(api.address, shot, { answers, acknowledged });
      if (fault !== undefined) faults.push(`request ${index} of seed ${seed}, ${shot.door}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, shooter));
  return { sent: next, answers, faults, acknowledged };
}

/** Every request follows from the seed and its own number alone, so a red one is played again by itself. */
function aim(random: Random, scene: Scene, own: { key: string; index: number }): Shot {
  const target = random.pick(scene.targets);
  const { body, contentType } = random.pick(target.seeds);
  const bytes = random.chance(10) ? Buffer.from(body) : mutate(random, body);
  const type = mutateContentType(random, contentType);
  const shot = { random, target, bytes, type, ...own };
  const door = random.below(100);
  if (door < 30) return aimDelivery(shot);
  if (door < 55) return aimHook(shot);
  if (door < 75) return aimPostback(shot);
  return aimEvents(shot);
}

interface Aimed {
  readonly random: Random;
  readonly target: Target;
  readonly bytes: Uint8Array;
  readonly type: string | undefined;
  readonly key: string;
  readonly index: number;
}

function aimDelivery({ random, target, bytes, type, key }: Aimed): Shot {
  const query = random.chance(20) ? `?${mutateQuery(random, 'click_id=a&amount=5&currency=USD')}` : '';
  return {
    door: 'delivery',
    method: 'POST',
    path: `/v1/sources/${target.slug}/deliveries${query}`,
    ...pack(random, bytes, { authorization: `Bearer ${key}`, ...typed(type) }),
  };
}

function aimHook({ random, target, bytes, type }: Aimed): Shot {
  const right = createHmac('sha256', HOOK_SECRET).update(bytes).digest('hex');
  const signature = random.chance(85)
    ? right
    : random.pick(['', 'zz', right.slice(1), right.replace('a', 'b'), `sha256=${right}`]);
  return {
    door: 'hook',
    method: 'POST',
    path: `/hooks/${target.slug}${random.chance(5) ? '/webhook' : ''}`,
    ...pack(random, bytes, { 'x-signature': signature, ...typed(type) }),
  };
}

function aimPostback({ random, target, bytes, type }: Aimed): Shot {
  const query = mutateQuery(
    random,
    'event=deposit&click_id=abc&customer_id=17&transaction_id=t1&amount=50.00&currency=USD&status=approved',
  );
  const path = `${target.postback}&${query}`;
  return random.chance(50)
    ? { door: 'postback', method: 'GET', path, headers: {}, body: undefined }
    : { door: 'postback', method: 'POST', path, ...pack(random, bytes, typed(type)) };
}

function aimEvents({ random, target, index, key }: Aimed): Shot {
  const event = canonicalEvent(random, target.slug, index);
  const many = random.chance(50);
  const lines = many && random.chance(40);
  const text = many
    ? lines
      ? `${event}\n${canonicalEvent(random, target.slug, index + 1)}\n`
      : `[${event},${canonicalEvent(random, target.slug, index + 1)}]`
    : event;
  const bytes = random.chance(15) ? Buffer.from(text) : mutate(random, text);
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    'content-type': lines ? 'application/x-ndjson' : 'application/json',
    ...(random.chance(15) ? { 'idempotency-key': `key-${random.below(50)}` } : {}),
  };
  return {
    door: many ? 'batch' : 'event',
    method: 'POST',
    path: `/v1/events${many ? '/batch' : ''}${random.chance(50) ? `?source=${target.slug}` : ''}`,
    ...pack(random, bytes, headers),
  };
}

function canonicalEvent(random: Random, source: string, index: number): string {
  return JSON.stringify({
    source,
    kind: random.pick([
      'deposit',
      'registration',
      'withdrawal',
      'chargeback',
      'kyc_status',
      'bet',
      'identifier_link',
    ]),
    externalId: `e${random.below(index + 1)}`,
    occurredAt: `2026-01-${String(1 + random.below(28)).padStart(2, '0')}T10:00:00Z`,
    identifiers: [{ namespace: 'customer', value: `c${random.below(200)}` }],
    amount: `${random.below(500)}.50`,
    currency: random.pick(['USD', 'EUR', 'JPY']),
    transactionId: `t${random.below(100)}`,
    extra: { note: 'fuzz' },
  });
}

function typed(type: string | undefined): Record<string, string> {
  return type === undefined ? {} : { 'content-type': type };
}

/** Some bodies go compressed, and some only say so. */
function pack(
  random: Random,
  bytes: Uint8Array,
  headers: Record<string, string>,
): Pick<Shot, 'headers' | 'body'> {
  if (random.chance(92)) return { headers, body: bytes };
  const body = random.chance(70) ? gzipSync(bytes) : bytes;
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body };
}

interface Seen {
  readonly answers: Map<string, number>;
  readonly acknowledged: Set<string>;
}

/** Sends it; returns what is wrong with the answer, or undefined. */
async function fire(address: string, { door, ...shot }: Shot, seen: Seen): Promise<string | undefined> {
  let answer: Response;
  let text: string;
  try {
    const { method, headers, body } = shot;
    answer = await fetch(`${address}${shot.path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
    text = await answer.text();
  } catch (error) {
    return `no answer: ${(error as Error).message}`;
  }
  const { status } = answer;
  const name = `${door} ${status}`;
  seen.answers.set(name, (seen.answers.get(name) ?? 0) + 1);
  if (status >= 500 && !(status === 503 && answer.headers.has('retry-after')))
    return `${status} ${text.slice(0, 300)}`;
  if (!(answer.headers.get('content-type') ?? '').includes('json')) return undefined;
  return judgeAnswer(text, status, seen.acknowledged);
}

function judgeAnswer(text: string, status: number, acknowledged: Set<string>): string | undefined {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return `${status} with a body that is no JSON: ${text.slice(0, 200)}`;
  }
  const stored = [
    body['deliveryId'],
    ...((body['deliveries'] as { id: string }[] | undefined) ?? []).map(({ id }) => id),
  ];
  for (const id of stored) if (typeof id === 'string') acknowledged.add(id);
  if (status < 400) return undefined;
  const said =
    typeof body['code'] === 'string' && typeof body['detail'] === 'string' && body['detail'] !== '';
  return said ? undefined : `${status} without code and sentence: ${text.slice(0, 200)}`;
}
