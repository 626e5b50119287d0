// The table of unseen-payloads.json through the real door, and what only shows when several deliveries tell one thing.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PresetCase } from '../../test/support/presets.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../test/support/test-api.ts';
import cases from './unseen-payloads.json' with { type: 'json' };

interface UnseenCase extends PresetCase {
  readonly preset: string;
}

/** Without those that are an address alone: their door is the postback's; and without those of another feed than this door's. */
const CASES = (cases as readonly UnseenCase[]).filter(
  ({ body, delivered }) => body !== '' && delivered?.feed === undefined,
);
let api: TestApi;
let programId: string;
let made = 0;

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-06-01T12:00:00Z');
  programId = (
    await api.call('POST', '/v1/programs', {
      body: { name: 'Unseen', vertical: 'forex', sandbox: true, zone: 'UTC' },
    })
  ).body.id;
});
afterAll(() => api.close());

async function makeSource(preset: string, settings: object): Promise<string> {
  const slug = `u${(made += 1)}-${preset}`;
  const answer = await api.call('POST', '/v1/sources', { body: { programId, slug, preset, settings } });
  expect(answer.status, answer.text).toBe(201);
  return slug;
}

interface Item {
  readonly disposition: string;
  readonly reason?: string;
}

const TOLD: ReadonlySet<string> = new Set(['accepted', 'parked', 'revised', 'duplicate']);

/** What the door may answer to what a mapping says of a row. */
function mayBe(gives: string): string[] {
  const [first = '', reason = ''] = gives.split(' ');
  if (first === 'empty') return [`ignored ${reason}`];
  return ['ignored', 'quarantined', 'refused'].includes(first) ? [gives] : [...TOLD];
}

test.each(CASES)(
  '$preset: $title, through the door',
  async ({ preset, settings = {}, delivered, body, gives }) => {
    const slug = await makeSource(preset, settings);
    const query = new URLSearchParams(
      (delivered?.query ?? []).map(([name, value]): [string, string] => [name, value]),
    );
    const answer = await api.call('POST', `/v1/sources/${slug}/deliveries?${query}`, {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': delivered?.contentType ?? 'application/json' },
    });
    expect(answer.status, answer.text).toBeLessThan(500);
    const items: readonly Item[] = answer.body.items;
    expect(items).toHaveLength(gives.length);
    for (const [index, { disposition, reason = '' }] of items.entries())
      expect(mayBe(gives[index] ?? '')).toContain(
        TOLD.has(disposition) ? disposition : `${disposition} ${reason}`,
      );
  },
);

/** The address of a new feed of the source. */
async function makeFeed(slug: string, feed: object): Promise<string> {
  const answer = await api.call('POST', `/v1/sources/${slug}/feeds`, { body: feed });
  expect(answer.status, answer.text).toBe(201);
  return new URL(answer.body.url).pathname;
}

async function eventsOf(slug: string): Promise<string[]> {
  const { body } = await api.call('GET', `/v1/events?programId=${programId}&source=${slug}`);
  const items: readonly { kind: string; occurredAt: string }[] = body.items;
  return items.map(({ kind, occurredAt }) => `${kind} ${occurredAt}`).toSorted();
}

function notifyByPraxis(path: string, status: string, timestamp: number): Promise<Answer> {
  const transaction = {
    transaction_type: 'sale',
    transaction_status: status,
    tid: 7,
    currency: 'USD',
    amount: 1050,
  };
  const session = { order_id: 'o1', cid: 'C1' };
  const customer = { customer_token: 'tok' };
  const signed = createHash('sha384').update(`mk${timestamp}toko17USD1050secret`).digest('hex');
  return api.call('POST', path, {
    key: null,
    body: {
      merchant_id: 'm',
      application_key: 'k',
      timestamp,
      customer,
      session,
      transaction,
      version: '1.3',
    },
    headers: { 'gt-authentication': signed },
  });
}

test.each([
  [1_777_600_000, 'approved', 1_779_600_000, 'chargeback'],
  [1_779_600_000, 'chargeback', 1_777_600_000, 'approved'],
])(
  'a deposit keeps its day when Praxis charges it back weeks later (%s %s first)',
  async (at, status, then, next) => {
    const slug = await makeSource('praxis', {});
    const path = await makeFeed(slug, {
      name: 'webhook',
      verification: { scheme: 'praxis' },
      secret: 'secret',
    });
    for (const answer of [await notifyByPraxis(path, status, at), await notifyByPraxis(path, next, then)])
      expect(answer.body).toMatchObject({ status: 0 });
    expect(await eventsOf(slug)).toEqual([
      'chargeback 2026-05-24T05:20:00.000Z',
      'deposit 2026-05-01T01:46:40.000Z',
    ]);
  },
);

test.each([
  ['told first', ['message', 'list']],
  ['told last', ['list', 'message']],
])('a deposit of Match-Trader that its message has %s is dated as the list says', async (_name, order) => {
  const slug = await makeSource('match-trader', {});
  const told = {
    message: {
      messageType: 'TIMELINE_DEPOSIT',
      eventType: 'UPDATED',
      body: {
        accountInfo: { uuid: 'u-1' },
        depositUuid: 'd-1',
        status: 'DONE',
        amount: 100,
        currency: 'EUR',
      },
      id: 'm-1',
      timestamp: '2026-05-02T00:00:01.123456Z',
    },
    list: {
      deposits: [
        {
          uuid: 'd-1',
          type: 'DEPOSIT',
          accountInfo: { uuid: 'u-1' },
          status: 'DONE',
          amount: '100.0',
          currency: 'EUR',
          created: '2026-05-01T23:00:00Z',
        },
      ],
    },
  };
  for (const name of order)
    await api.call('POST', `/v1/sources/${slug}/deliveries`, { body: told[name as 'list'] });
  expect(await eventsOf(slug)).toEqual(['deposit 2026-05-01T23:00:00.000Z']);
});
