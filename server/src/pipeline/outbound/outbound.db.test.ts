import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { addMillis, formatInstant, instantFromIso, toMillis } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { createHttpClient } from '../../platform/http-client.ts';
import type { HttpClient } from '../../platform/http-client.ts';
import { createEndpointSecret } from '../../platform/webhook-signature.ts';
import { createDispatcher } from './dispatcher.step.ts';
import type { Dispatcher, DispatcherOptions } from './dispatcher.step.ts';
import { moveAttempted, moveClaimed } from './outbound.store.ts';

interface Received {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
type Behaviour = (request: Received, response: ServerResponse) => void;

let database: TestDatabase;
let receiver: Server;
let base: string;
let behaviour: Behaviour;
let received: Received[];
let client: HttpClient;
let now: Instant;
let program: string;
const secret = createEndpointSecret();
const hanging: ServerResponse[] = [];

const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) =>
    void response.writeHead(status, headers).end('said');
const hang: Behaviour = (_request, response) => void hanging.push(response);

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const seen = {
    url: request.url ?? '',
    headers: request.headers as Record<string, string>,
    body: await readBody(request),
  };
  received.push(seen);
  behaviour(seen, response);
}

// One lane per transaction shows what relies on two lanes being together; all of them is how one machine runs.
describe.each([1, 1024])('with %i lanes in a transaction', (lanesPerTransaction) => {
  beforeAll(async () => {
    database = await createTestDatabase({ max: 8, lanesPerTransaction });
    receiver = createServer((request, response) => {
      void receive(request, response);
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    receiver.closeAllConnections();
    receiver.close();
    await database.close();
  });

  beforeEach(async () => {
    received = [];
    behaviour = answer(200);
    now = instantFromIso('2026-03-01T12:00:00Z');
    client = createHttpClient({ allowPrivate: true });
    program = randomUUID();
    await database.owner(
      `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, settings, created_at) values ($1, $2, 'x', 'forex', 'USD', 'UTC', false, '{}', now())`,
      [program, program],
    );
  });
  afterEach(async () => {
    for (const response of hanging.splice(0)) response.destroy();
    await client.close();
    await database.owner(`update endpoint set state = 'disabled'`);
  });

  async function addEndpoint(path = '/hook', url = base): Promise<string> {
    const id = randomUUID();
    await database.owner(
      `insert into endpoint (id, program_id, url, event_types, secret, state, created_at) values ($1, $2, $3, '{commission.accrued}', $4, 'active', now())`,
      [id, program, url + path, Buffer.from(secret)],
    );
    return id;
  }

  async function addWebhook(
    endpointId: string,
    payload: object = { type: 'commission.accrued', data: { count: 1 } },
  ): Promise<string> {
    const id = randomUUID();
    await database.owner(
      `insert into outbox (lane, id, endpoint_id, program_id, event_type, payload, created_at, state, next_at)
     values ($1, $2, $3, $4, 'commission.accrued', $5, $6, 'pending', $6)`,
      [laneOf('partner', randomUUID()), id, endpointId, program, JSON.stringify(payload), formatInstant(now)],
    );
    return id;
  }

  function dispatcherWith(changes: Partial<DispatcherOptions> = {}): Dispatcher {
    return createDispatcher({
      db: database.db,
      client,
      openSecret: (sealed) => sealed.toString(),
      now: () => now,
      random: () => 0,
      newId: () => randomUUID(),
      log: { warn: () => undefined, error: () => undefined },
      timeoutMs: 5_000,
      ...changes,
    });
  }

  async function runOnce(dispatcher: Dispatcher = dispatcherWith()): Promise<number> {
    const started = await dispatcher.tick();
    await dispatcher.idle();
    return started;
  }

  interface Row {
    state: string;
    attempts: number;
    next_at: number;
    leased_by: string | null;
  }
  const rowOf = async (id: string): Promise<Row> =>
    (await database.owner<Row>('select * from outbox where id = $1', [id]))[0]!;
  const attemptsOf = (id: string) =>
    database.owner<{ attempt: number; status: number | null; error: string | null; response: string | null }>(
      'select attempt, status, error, response from outbound_attempt where outbox_id = $1 order by attempt',
      [id],
    );

  describe('a webhook', () => {
    it('is delivered once, with a signature that the reference implementation accepts', async () => {
      now = instantFromIso(new Date().toISOString());
      const payload = { type: 'commission.accrued', data: { partner: 'Zoë ✓', totals: ['1.00'] } };
      const id = await addWebhook(await addEndpoint(), payload);
      expect(await runOnce()).toBe(1);
      expect(received.length).toBe(1);
      expect(new Webhook(secret).verify(received[0]!.body, received[0]!.headers)).toEqual(payload);
      expect(received[0]!.headers['webhook-id']).toBe(`msg_${id.replaceAll('-', '')}`);
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1, leased_by: null });
      expect(await attemptsOf(id)).toMatchObject([
        { attempt: 1, status: 200, error: null, response: 'said' },
      ]);
      expect(await runOnce()).toBe(0);
    });

    it('is tried again when the receiver was down and is up again, under the same id', async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const endpoint = await addEndpoint('/hook', `http://127.0.0.1:${port}`);
      const id = await addWebhook(endpoint);
      await runOnce();
      expect(await rowOf(id)).toMatchObject({
        state: 'pending',
        attempts: 1,
        next_at: addMillis(now, 30_000),
      });
      expect((await attemptsOf(id))[0]!.error).toContain('ECONNREFUSED');

      await database.owner('update endpoint set url = $2 where id = $1', [endpoint, `${base}/hook`]);
      expect(await runOnce()).toBe(0);
      now = addMillis(now, 30_000);
      expect(await runOnce()).toBe(1);
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    });

    it('keeps its id and body over attempts, and signs each at its own time', async () => {
      behaviour = answer(500);
      await addWebhook(await addEndpoint());
      await runOnce();
      now = addMillis(now, 30_000);
      await runOnce();
      const [first, second] = received;
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      expect(second!.body).toBe(first!.body);
      expect(second!.headers['webhook-timestamp']).toBe(String(toMillis(now) / 1000));
      expect(second!.headers['webhook-signature']).not.toBe(first!.headers['webhook-signature']);
    });

    it.each([
      ['500', answer(500), 30_000],
      ['429 with Retry-After', answer(429, { 'retry-after': '600' }), 600_000],
      ['a redirect, which is not followed', answer(302, { location: '/elsewhere' }), 30_000],
    ])('waits after %s', async (_name, how, waitMs) => {
      behaviour = how;
      const id = await addWebhook(await addEndpoint());
      await runOnce();
      expect(await rowOf(id)).toMatchObject({
        state: 'pending',
        attempts: 1,
        next_at: addMillis(now, waitMs),
      });
      expect(received.map((request) => request.url)).toEqual(['/hook']);
    });

    it('is dead after the last attempt', async () => {
      behaviour = answer(500);
      const id = await addWebhook(await addEndpoint());
      const dispatcher = dispatcherWith({ delaysMs: [1, 1] });
      for (let attempt = 0; attempt < 4; attempt += 1) {
        await runOnce(dispatcher);
        now = addMillis(now, 10);
      }
      expect(await rowOf(id)).toMatchObject({ state: 'dead', attempts: 3 });
      expect((await attemptsOf(id)).map((row) => row.status)).toEqual([500, 500, 500]);
    });

    it('is kept when the receiver says that it is gone, and delivered when the endpoint is enabled again', async () => {
      behaviour = answer(410);
      const endpoint = await addEndpoint();
      const id = await addWebhook(endpoint);
      const before = await database.owner<{ registry_version: number }>(
        'select registry_version from program where id = $1',
        [program],
      );
      await runOnce();
      expect(
        await database.owner('select state, disabled_reason from endpoint where id = $1', [endpoint]),
      ).toEqual([{ state: 'disabled', disabled_reason: 'gone' }]);
      expect(await database.owner('select registry_version from program where id = $1', [program])).toEqual([
        { registry_version: before[0]!.registry_version + 1 },
      ]);
      expect(await runOnce()).toBe(0);
      expect(await rowOf(id)).toMatchObject({ state: 'pending', attempts: 1 });
      behaviour = answer(200);
      await database.owner(`update endpoint set state = 'active', disabled_reason = null where id = $1`, [
        endpoint,
      ]);
      await runOnce();
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    });

    it('is given up for this time when the receiver hangs, as a failed attempt', async () => {
      behaviour = hang;
      const id = await addWebhook(await addEndpoint());
      await runOnce(dispatcherWith({ timeoutMs: 20 }));
      expect(await rowOf(id)).toMatchObject({ state: 'pending', attempts: 1 });
      expect((await attemptsOf(id))[0]!.error).toBe('the receiver did not answer in time');
    });

    it('never reaches a private address unless that is allowed', async () => {
      const id = await addWebhook(await addEndpoint('/hook', base.replace('http:', 'https:')));
      const guarded = createHttpClient({ allowPrivate: false });
      await runOnce(dispatcherWith({ client: guarded }));
      await guarded.close();
      expect((await attemptsOf(id))[0]!.error).toContain('is not public');
      expect(received).toEqual([]);
    });

    it('stores an answer that holds what text cannot', async () => {
      behaviour = (_request, response) =>
        void response.writeHead(200).end(Buffer.from([0x61, 0x00, 0xff, 0x62]));
      const id = await addWebhook(await addEndpoint());
      await runOnce();
      expect((await attemptsOf(id))[0]!.response).toBe('a\uFFFD\uFFFDb');
    });
  });

  describe('many webhooks', () => {
    it('do not wait for a receiver that hangs', async () => {
      behaviour = (request, response) => (request.url === '/slow' ? hang : answer(200))(request, response);
      const slow = await addEndpoint('/slow');
      const quick = await addEndpoint('/quick');
      for (let i = 0; i < 20; i += 1) await addWebhook(slow);
      const wanted: string[] = [];
      for (let i = 0; i < 20; i += 1) wanted.push(await addWebhook(quick));
      const dispatcher = dispatcherWith({ perEndpoint: 4, most: 8 });
      const delivered = async () =>
        (await database.owner(`select 1 from outbox where endpoint_id = $1 and state = 'delivered'`, [quick]))
          .length;
      while ((await delivered()) < wanted.length) await dispatcher.tick();
      expect(received.filter((request) => request.url === '/slow').length).toBe(4);
      expect(dispatcher.busy).toBeGreaterThanOrEqual(4);
      for (const response of hanging.splice(0)) response.destroy();
      await dispatcher.idle();
    });

    it('are sent once each by two dispatchers at once', async () => {
      const endpoint = await addEndpoint();
      for (let i = 0; i < 40; i += 1) await addWebhook(endpoint);
      const two = [dispatcherWith(), dispatcherWith()];
      const open = async () =>
        (
          await database.owner(`select 1 from outbox where endpoint_id = $1 and state = 'pending'`, [
            endpoint,
          ])
        ).length;
      while ((await open()) > 0) await Promise.all(two.map((dispatcher) => dispatcher.tick()));
      await Promise.all(two.map((dispatcher) => dispatcher.idle()));
      const ids = received.map((request) => request.headers['webhook-id']);
      expect(ids.length).toBe(40);
      expect(new Set(ids).size).toBe(40);
    });
  });

  describe('a claim', () => {
    const claimOf = (endpointId: string, at: Instant) =>
      moveClaimed(database.db, [{ endpointId, room: 5 }], {
        now: at,
        until: addMillis(at, 6_000),
        claim: randomUUID(),
      });

    it('keeps others away until it runs out, and then the follower has the say', async () => {
      const endpoint = await addEndpoint();
      const id = await addWebhook(endpoint);
      const [zombie] = await claimOf(endpoint, now);
      expect(await claimOf(endpoint, addMillis(now, 5_999))).toEqual([]);
      const [follower] = await claimOf(endpoint, addMillis(now, 6_000));
      const record = {
        attempt: 1,
        state: 'dead' as const,
        nextAt: now,
        attemptedAt: now,
        status: 500,
        error: null,
        response: null,
        durationMs: 1,
      };
      expect(await moveAttempted(database.db, [{ ...zombie!, ...record }])).toBe(0);
      expect(
        await moveAttempted(database.db, [{ ...follower!, ...record, state: 'delivered', status: 200 }]),
      ).toBe(1);
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', attempts: 1 });
      expect(await attemptsOf(id)).toMatchObject([{ status: 200 }]);
    });

    it('lives on while it is renewed', async () => {
      behaviour = hang;
      const endpoint = await addEndpoint();
      await addWebhook(endpoint);
      const dispatcher = dispatcherWith();
      await dispatcher.tick();
      now = addMillis(now, 5_000);
      await dispatcher.renew();
      expect(await claimOf(endpoint, addMillis(now, 5_000))).toEqual([]);
      while (hanging.length === 0) await dispatcher.renew();
      for (const response of hanging.splice(0)) response.destroy();
      await dispatcher.idle();
    });
  });
});
