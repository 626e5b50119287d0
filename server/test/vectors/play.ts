// Plays a vector through the public API: its program is made, its rows are delivered raw, in one of three orders, and what came of it is asked.
import { uuidv7 } from 'uuidv7';
import { drain } from '../../src/pipeline/conveyor/index.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { createRandom } from '../properties/random.ts';
import { ALL_LANES } from '../support/road.ts';
import type { Answer, TestApi } from '../support/test-api.ts';
import { LEAF } from './vector.ts';
import type { Row, Said, Terms, Vector } from './vector.ts';

export const ORDERS = ['canonical', 'reversed', 'shuffled'] as const;
export type Order = (typeof ORDERS)[number];

/** A vector that was told, in one order. */
export interface Played {
  readonly vector: Vector;
  readonly slug: string;
  readonly programId: string;
  /** Partners by name. */
  readonly partners: ReadonlyMap<string, string>;
  /** Events by the id that the source gave them. */
  readonly events: ReadonlyMap<string, string>;
}

/** Most rows of one delivery; more are several. */
const MOST_ROWS = 100;

let serial = 0;

/** Asks the API; throws unless it agrees. */
export async function ask(
  api: TestApi,
  method: string,
  path: string,
  body?: object,
): Promise<Answer['body']> {
  const answer = await api.call(method, path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Partners of a new program by name: the chain from the top to the leaf, and those beside it. */
export async function makePartners(
  api: TestApi,
  { chain = [LEAF], others = [] }: Pick<Vector, 'chain' | 'others'>,
): Promise<{ programId: string; slug: string; partners: ReadonlyMap<string, string> }> {
  serial += 1;
  const slug = `v${serial}`;
  const program = await ask(api, 'POST', '/v1/programs', {
    name: slug,
    slug,
    vertical: 'forex',
    sandbox: true,
    zone: 'UTC',
    preset: false,
    restatementLimit: '1000000',
    compliance: { partnerChecks: [] },
  });
  const partners = new Map<string, string>();
  let parentId: string | undefined;
  for (const name of chain) {
    const body = { programId: program.id, name, ...(parentId === undefined ? {} : { parentId }) };
    const made = await ask(api, 'POST', '/v1/partners', body);
    partners.set(name, made.id);
    parentId = made.id;
  }
  for (const name of others)
    partners.set(name, (await ask(api, 'POST', '/v1/partners', { programId: program.id, name })).id);
  for (const name of [LEAF, ...others])
    await ask(api, 'POST', '/v1/codes', {
      partnerId: partners.get(name),
      code: name,
      effectiveFrom: null,
    });
  return { programId: program.id, slug, partners };
}

/** Makes the vector's program and tells it everything. Nothing is decided yet when this returns. */
export async function tellVector(
  api: TestApi,
  vector: Vector,
  told: { readonly order: Order; readonly seed: number },
): Promise<Played> {
  const { programId, slug, partners } = await makePartners(api, vector);
  for (const [name, documents] of Object.entries(vector.deals))
    for (const [from, document] of versionsOf(documents))
      await ask(api, 'POST', '/v1/deals', {
        programId,
        partnerId: partners.get(name),
        effectiveFrom: from === '' ? null : from,
        document,
      });
  for (const [source, more] of [
    ['crm', { preset: 'canonical', registrar: true }],
    ['mt5', { preset: 'mt5', settings: { server: 'live', zone: 'UTC', accounts: { '977': 'USC' } } }],
  ] as const)
    if (vector.rows.some((row) => row.source === source))
      await ask(api, 'POST', '/v1/sources', { programId, slug: `${slug}-${source}`, ...more });
  const events = new Map<string, string>();
  for (const part of arrange(vector, told))
    if ('partner' in part) await say(api, programId, { ...part, partner: partners.get(part.partner) ?? '' });
    else await deliver(api, slug, part, events);
  return { vector, slug, programId, partners, events };
}

/** Pays the leaf what is payable, as a person would record it. */
export async function payVector(api: TestApi, { vector, partners }: Played): Promise<void> {
  if (vector.pays === undefined) return;
  const { amount, at } = vector.pays;
  await ask(api, 'POST', '/v1/payments', {
    partnerId: partners.get(LEAF),
    amount,
    currency: 'USD',
    paidAt: at,
    reference: vector.id,
  });
}

/** Tells what came after the payment, in the same order as the rest. */
export async function tellAfterwards(
  api: TestApi,
  { vector, slug, events }: Played,
  told: { readonly order: Order; readonly seed: number },
): Promise<void> {
  const rows = { ...vector, rows: vector.afterwards ?? [], says: [] };
  for (const part of arrange(rows, told))
    if (!('partner' in part)) await deliver(api, slug, part, events as Map<string, string>);
}

function versionsOf(
  documents: Terms | readonly (readonly [string, Terms])[],
): readonly (readonly [string, Terms])[] {
  return Array.isArray(documents) ? documents : [['', documents as Terms]];
}

type Part = Said | readonly Row[];

/**
 * canonical: as a source would tell it, many rows in one delivery, what people say last. reversed: the other way round, every row by itself.
 * shuffled: any order that the seed gives, rows in threes, every third delivery twice.
 */
function arrange(
  { rows, says = [] }: Vector,
  { order, seed }: { readonly order: Order; readonly seed: number },
): readonly Part[] {
  if (order === 'canonical') return [...splitBySource(rows, MOST_ROWS), ...says];
  if (order === 'reversed')
    return [
      ...says.toReversed(),
      ...splitBySource(rows.toReversed(), rows.length > MOST_ROWS ? MOST_ROWS : 1),
    ];
  const random = createRandom(seed);
  const parts: Part[] = [
    ...splitBySource(random.shuffle(rows), rows.length > MOST_ROWS ? MOST_ROWS : 3),
    ...says,
  ];
  return random.shuffle(parts.flatMap((part, index) => (index % 3 === 0 ? [part, part] : [part])));
}

function splitBySource(rows: readonly Row[], most: number): Row[][] {
  const parts: Row[][] = [];
  for (const row of rows) {
    const last = parts.at(-1);
    if (last === undefined || last[0]?.source !== row.source || last.length >= most) parts.push([row]);
    else last.push(row);
  }
  return parts;
}

async function deliver(
  api: TestApi,
  slug: string,
  rows: readonly Row[],
  events: Map<string, string>,
): Promise<void> {
  const [first] = rows;
  const answer = await ask(
    api,
    'POST',
    `/v1/sources/${slug}-${first?.source ?? ''}/deliveries`,
    rows.map((row) => row.body),
  );
  for (const [index, item] of answer.items.entries()) {
    if (!['accepted', 'parked', 'duplicate'].includes(item.disposition))
      throw new Error(`${JSON.stringify(rows[index]?.body)}: ${JSON.stringify(item)}`);
    events.set(String(rows[index]?.body['externalId'] ?? rows[index]?.body['Deal']), item.eventId);
  }
}

/** Makes the customer known where it is not yet, and says whose it is. Said twice, it is still so. */
async function say(api: TestApi, programId: string, said: Said): Promise<void> {
  const { id } = await ask(api, 'POST', '/v1/customers', { programId, value: said.customer });
  await ask(api, 'POST', `/v1/customers/${id}/attributions`, {
    partnerId: said.partner,
    effectiveFrom: said.from,
    reason: 'the customer asked for it',
  });
}

/** Does what a worker would do until nothing is left to do, and lets no step fail. */
export async function decideAll(api: TestApi): Promise<void> {
  const { db, clock } = api.context;
  const registry = createRegistryCache(db);
  const lease = { lanes: ALL_LANES, assert: () => Promise.resolve() };
  const log = {
    warn: (): void => undefined,
    error: (fields: object): void => {
      const shown = (_key: string, value: unknown): unknown => (value instanceof Error ? value.stack : value);
      throw new Error(`a step failed: ${JSON.stringify(fields, shown)}`);
    },
  };
  await drain(() => ({ db, registry, lease, newId: uuidv7, now: () => clock.now(), limit: 1_000, log }));
}
