// Sends mutated payloads through every door of intake and holds what the doors promise: no 5xx, no answer without sense, nothing
// acknowledged lost, and both equations of conservation.
import { createHmac } from 'node:crypto';
import { createRandom } from '../drill/random.ts';
import type { Random } from '../drill/random.ts';
import type { TestApi } from '../support/test-api.ts';
import { aimImport } from './imports.ts';
import { mutate, mutateContentType, mutateQuery } from './mutate.ts';
import { aimMapping, aimRepair } from './repairs.ts';
import { HOOK_SECRET } from './scene.ts';
import type { Scene } from './scene.ts';
import { pack, typed } from './shot.ts';
import type { Aimed, Shot } from './shot.ts';

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
  {
    seed,
    from = 0,
    cases,
    say,
  }: { seed: number; from?: number; cases: number; say?: (line: string) => void },
): Promise<FuzzReport> {
  const answers = new Map<string, number>();
  const faults: string[] = [];
  const acknowledged = new Set<string>();
  let next = from;
  const shooter = async (): Promise<void> => {
    while (next < from + cases && faults.length < MOST_FAULTS) {
      const index = next;
      next += 1;
      if (say !== undefined && index > 0 && index % 10_000 === 0)
        say(`${index} of ${cases} sent, ${faults.length} faults`);
      const shot = aim(createRandom(seed * 1_000_003 + index), scene, { key: api.key, index });
      for await (const { door, fault } of fireAll(api.address, shot, { answers, acknowledged }))
        if (fault !== undefined) faults.push(`request ${index} of seed ${seed}, ${door}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, shooter));
  return { sent: next - from, answers, faults, acknowledged };
}

/** Every request follows from the seed and its own number alone, so a red one is played again by itself. */
function aim(random: Random, scene: Scene, own: { key: string; index: number }): Shot {
  const target = random.pick(scene.targets);
  const { body, contentType } = random.pick(target.seeds);
  const bytes = random.chance(10) ? Buffer.from(body) : mutate(random, body);
  const type = mutateContentType(random, contentType);
  const shot = { random, target, bytes, type, ...own };
  const door = random.below(100);
  if (door < 24) return aimDelivery(shot);
  if (door < 45) return aimHook(shot);
  if (door < 60) return aimPostback(shot);
  if (door < 80) return aimEvents(shot);
  if (door < 88) return aimPixel(shot);
  if (door < 96) return aimImport(shot, scene);
  return door < 98 ? aimMapping(shot) : aimRepair(shot);
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

/** Signatures are over the bytes of the wire: of a compressed body, over the compressed one. */
function aimHook({ random, target, bytes, type }: Aimed): Shot {
  const { headers, body } = pack(random, bytes, typed(type));
  const right = createHmac('sha256', HOOK_SECRET).update(body).digest('hex');
  const signature = random.chance(85)
    ? right
    : random.pick(['', 'zz', right.slice(1), right.replace('a', 'b'), `sha256=${right}`]);
  return {
    door: 'hook',
    method: 'POST',
    path: `/hooks/${target.slug}${random.chance(5) ? '/webhook' : ''}`,
    headers: { ...headers, 'x-signature': signature },
    body,
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

/** An image, a beacon, the script, or an address that is none of them. */
function aimPixel({ random, target, bytes, index }: Aimed): Shot {
  const query = mutateQuery(random, `event=registration&click_id=abc&customer_id=${random.below(500)}`);
  const origin = random.pick(['https://www.broker.example', 'https://evil.example', 'null', '']);
  const headers = {
    ...(random.chance(90) ? { origin: random.chance(85) ? 'https://www.broker.example' : origin } : {}),
    ...(random.chance(10) ? { referer: 'https://www.broker.example/landing?card=4111111111111111' } : {}),
    // One address may tell so much in a minute, and the clock of the scene stands still.
    'x-forwarded-for': `10.${index % 200}.${(index >> 8) % 250}.${1 + (index % 250)}`,
  };
  const path = random.chance(90)
    ? `/px/${target.slug}.gif`
    : `/px/${random.pick([`${target.slug}.js`, `${target.slug}/pixel.js`, `${target.slug}/%00.gif`, 'nobody.gif', '.gif', `${'x'.repeat(300)}.js`])}`;
  return random.chance(75)
    ? { door: 'pixel', method: 'GET', path: `${path}?${query}`, headers, body: undefined }
    : { door: 'pixel', method: 'POST', path, headers, body: random.chance(50) ? Buffer.from(query) : bytes };
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

interface Seen {
  readonly answers: Map<string, number>;
  readonly acknowledged: Set<string>;
}

/** Sends it, and what its answer asks for; tells of each what is wrong with the answer. */
async function* fireAll(
  address: string,
  shot: Shot,
  seen: Seen,
): AsyncGenerator<{ door: string; fault: string | undefined }> {
  const { fault, body } = await fire(address, shot, seen);
  yield { door: shot.door, fault };
  for (const next of shot.next?.(body) ?? []) yield* fireAll(address, next, seen);
}

interface Fired {
  readonly fault: string | undefined;
  /** The answer as text. */
  readonly body: string;
}

async function fire(address: string, { door, ...shot }: Shot, seen: Seen): Promise<Fired> {
  const got = await ask(`${address}${shot.path}`, shot, seen);
  if ('fault' in got) return { fault: got.fault, body: '' };
  const { answer, text } = got;
  const { status } = answer;
  const name = `${door} ${status}`;
  seen.answers.set(name, (seen.answers.get(name) ?? 0) + 1);
  if (status >= 500 && !(status === 503 && answer.headers.has('retry-after')))
    return { fault: `${status} ${text.slice(0, 300)}`, body: text };
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return { fault: isJson ? judgeAnswer(text, status, seen.acknowledged) : undefined, body: text };
}

/** What a client sees of a connection that was closed while it rested. */
const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Sends it. A machine that stands still for longer than a connection may rest closes them all just when they are used again; a sender tells
 * such a request once more, and so does this one, which the report counts. Without an answer then, it is a fault.
 */
async function ask(
  url: string,
  { method, headers, body }: Omit<Shot, 'door' | 'path'>,
  seen: Seen,
): Promise<{ readonly answer: Response; readonly text: string } | { readonly fault: string }> {
  for (let attempt = 1; ; attempt += 1)
    try {
      const answer = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      });
      return { answer, text: await answer.text() };
    } catch (error) {
      const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } };
      const code = cause?.code ?? '';
      if (attempt > 1 || !CLOSED.has(code)) return { fault: `no answer: ${message} ${code}` };
      seen.answers.set('told again', (seen.answers.get('told again') ?? 0) + 1);
    }
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
