import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from '../../api/server.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { deleteOldKeys } from './delivery-keys.store.ts';

const DAY = '2026-03-01T10:00:00Z';
const json = { 'content-type': 'application/json' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Keys', vertical: 'forex', sandbox: true },
  });
  for (const slug of ['one', 'two'])
    await api.call('POST', '/v1/sources', {
      body: { programId: program.body.id, slug, preset: 'generic-s2s', registrar: true },
    });
});
afterAll(() => api.close());

const event = (externalId: string, more: object = {}): object => ({
  source: 'one',
  kind: 'registration',
  externalId,
  occurredAt: DAY,
  identifiers: [{ namespace: 'customer', value: externalId }],
  ...more,
});
const tell = (url: string, key: string, body: unknown): Promise<Answer> =>
  api.call('POST', url, { body, headers: { 'idempotency-key': key } });
const chunks = async (): Promise<number> =>
  (await api.database.owner('select unnest(feeds) from delivery_chunk')).length;

describe('an Idempotency-Key', () => {
  it('gives the same request the same answer, and stores it once', async () => {
    const first = await tell('/v1/events', 'k-1', event('a1'));
    const before = await chunks();
    const again = await tell('/v1/events', 'k-1', event('a1'));
    expect([first.status, first.body.disposition]).toEqual([202, 'accepted']);
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(await chunks()).toBe(before);
  });

  it('is refused for another body, another address and another source', async () => {
    await tell('/v1/events', 'k-2', event('b1'));
    const before = await chunks();
    for (const [url, body] of [
      ['/v1/events', event('b2')],
      ['/v1/events', event('b1', { source: 'two' })],
      ['/v1/events/batch', [event('b1')]],
    ] as const) {
      const reused = await tell(url, 'k-2', body);
      expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect(await chunks()).toBe(before);
  });

  it('of a batch over two sources gives the whole answer again', async () => {
    const batch = [event('c1'), event('c2', { source: 'two' }), event('c3', { source: 'nobody' })];
    const first = await tell('/v1/events/batch', 'k-3', batch);
    const again = await tell('/v1/events/batch', 'k-3', batch);
    expect(first.body.counts).toEqual({ accepted: 2, refused: 1 });
    expect(again.body).toEqual(first.body);
  });

  it('gives the answer of what could not be read again too', async () => {
    const first = await tell('/v1/events', 'k-4', event('d1', { kind: 'nothing' }));
    const again = await tell('/v1/events', 'k-4', event('d1', { kind: 'nothing' }));
    expect(first.status).toBe(422);
    expect({ ...again.body, instance: '' }).toEqual({ ...first.body, instance: '' });
  });

  it('of twenty requests at once lets one store', async () => {
    const before = await chunks();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tell('/v1/events', 'k-5', event('e1'))),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await chunks()).toBe(before + 1);
  });

  it('of requests at once at two servers lets one store', async () => {
    const other = await startApi(api.context);
    try {
      for (let round = 0; round < 10; round += 1) {
        const before = await chunks();
        const answers = await Promise.all(
          [api.address, other.address, api.address, other.address].map(async (address) => {
            const response = await fetch(`${address}/v1/events`, {
              method: 'POST',
              headers: {
                ...json,
                authorization: `Bearer ${api.key}`,
                'idempotency-key': `two-${round}`,
              },
              body: JSON.stringify(event(`two-${round}`)),
            });
            return `${response.status} ${await response.text()}`;
          }),
        );
        expect(new Set(answers).size, answers.join('\n')).toBe(1);
        expect(await chunks()).toBe(before + 1);
      }
    } finally {
      await other.close();
    }
  });

  it('of requests at once with other bodies lets one store, and refuses the others', async () => {
    const answers = await Promise.all(['f1', 'f2', 'f3'].map((id) => tell('/v1/events', 'k-6', event(id))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 422, 422]);
  });

  it('that cannot be one is refused', async () => {
    const bad = await tell('/v1/events', 'two words', event('g1'));
    expect([bad.status, bad.body.code]).toEqual([400, 'bad_idempotency_key']);
  });

  it('is forgotten after its time', async () => {
    await tell('/v1/events', 'k-7', event('h1'));
    expect(await deleteOldKeys(api.database.db, instantFromIso('2026-03-01T12:00:00Z'))).toBe(0);
    expect(await deleteOldKeys(api.database.db, instantFromIso('2026-03-02T12:00:00Z'))).toBeGreaterThan(0);
    const again = await tell('/v1/events', 'k-7', event('h1'));
    expect([again.status, again.body.disposition]).toEqual([200, 'duplicate']);
  });
});

describe('the id of a webhook', () => {
  const hook = async (body: string, id: string): Promise<Answer> =>
    api.call('POST', '/hooks/one/shop', {
      key: null,
      body,
      headers: {
        ...json,
        'x-wc-webhook-signature': createHmac('sha256', 's').update(body).digest('base64'),
        'x-wc-webhook-delivery-id': id,
      },
    });
  const told = (id: string, amount: string): string =>
    JSON.stringify({ event: 'deposit', customer_id: 'w', txn_id: id, amount, currency: 'USD', time: DAY });

  beforeAll(async () => {
    const made = await api.call('POST', '/v1/sources/one/feeds', {
      body: { name: 'shop', verification: { scheme: 'woocommerce' }, secret: 's' },
    });
    expect(made.status, made.text).toBe(201);
  });

  it('answers a repetition as a duplicate of the first delivery, which is stored once', async () => {
    const first = await hook(told('w1', '10'), 'id-1');
    const before = await chunks();
    const again = await hook(told('w1', '10'), 'id-1');
    expect(again.status).toBe(200);
    expect(again.body.items[0]).toMatchObject({
      disposition: 'duplicate',
      eventId: first.body.items[0].eventId,
      originalDeliveryId: first.body.deliveries[0].id,
    });
    expect(await chunks()).toBe(before);
    const feed = await api.call('GET', '/v1/sources/one/feeds/shop');
    expect(feed.body.activity).toMatchObject({ repeated: 1 });
  });

  it('does not hide other content', async () => {
    await hook(told('w2', '10'), 'id-2');
    const other = await hook(told('w2', '20'), 'id-2');
    expect(other.body.items[0].disposition).toBe('revised');
  });
});
