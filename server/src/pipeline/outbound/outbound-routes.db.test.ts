import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { wireId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { sealSecret } from '../../platform/seal.ts';
import { createEndpointSecret } from '../../platform/webhook-signature.ts';
import { startDispatcher } from './index.ts';

const secret = createEndpointSecret();
let api: TestApi;
let program: string;
let endpoint: string;

async function addWebhook(state: string): Promise<string> {
  const id = uuidv7();
  await api.database.owner(
    `insert into outbox (lane, id, endpoint_id, program_id, event_type, payload, created_at, state, next_at)
     values ($1, $2, $3, $4, 'commission.accrued', '{"type":"commission.accrued"}', '2026-03-01T12:00:00Z', $5, '2026-03-01T12:00:00Z')`,
    [laneOf('partner', uuidv7()), id, endpoint, program, state],
  );
  return id;
}

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

beforeEach(async () => {
  [program, endpoint] = [uuidv7(), uuidv7()];
  await api.database.owner(
    `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, settings, created_at) values ($1, $2, 'x', 'forex', 'USD', 'UTC', false, '{}', now())`,
    [program, program],
  );
  await api.database.owner(
    `insert into endpoint (id, program_id, url, event_types, secret, state, created_at) values ($1, $2, 'https://example.org/', '{commission.accrued}', $3, 'active', now())`,
    [endpoint, program, sealSecret(api.context.secrets, 'endpoint_secret', secret)],
  );
});
afterEach(() => api.database.owner(`update endpoint set state = 'disabled'`));

describe('the log of webhooks by API', () => {
  it('lists them newest first, filtered and paged', async () => {
    const ids = [await addWebhook('delivered'), await addWebhook('dead'), await addWebhook('pending')];
    const list = async (query: string) =>
      (await api.call('GET', `/v1/webhook-deliveries?endpointId=${wireId('ept', endpoint)}${query}`)).body;
    const all = await list('');
    expect(all.items.map((item: { id: string }) => item.id)).toEqual(
      ids.toReversed().map((id) => wireId('msg', id)),
    );
    expect((await list('&state=dead')).items.map((item: { id: string }) => item.id)).toEqual([
      wireId('msg', ids[1]!),
    ]);
    const first = await list('&limit=2');
    const second = await list(`&limit=2&cursor=${first.nextCursor}`);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    expect((await api.call('GET', '/v1/webhook-deliveries?cursor=WyJ4Il0')).body.code).toBe('bad_cursor');
  });

  it('shows one with its attempts, and 404 for one that does not exist', async () => {
    const id = await addWebhook('dead');
    await api.database.owner(
      `insert into outbound_attempt (lane, outbox_id, endpoint_id, attempt, attempted_at, status, error, response, duration_ms)
       select lane, id, endpoint_id, 1, '2026-03-01T12:00:01Z', 500, null, 'sorry', 12 from outbox where id = $1`,
      [id],
    );
    const shown = (await api.call('GET', `/v1/webhook-deliveries/${wireId('msg', id)}`)).body;
    expect(shown).toMatchObject({
      state: 'dead',
      nextAttemptAt: null,
      payload: { type: 'commission.accrued' },
    });
    expect(shown.log).toEqual([
      {
        attempt: 1,
        attemptedAt: '2026-03-01T12:00:01.000Z',
        status: 500,
        error: null,
        response: 'sorry',
        durationMs: 12,
      },
    ]);
    expect((await api.call('GET', `/v1/webhook-deliveries/${wireId('msg', uuidv7())}`)).body.code).toBe(
      'webhook_not_found',
    );
  });

  it('makes a dead one due again, writes the audit, and refuses one that is being delivered', async () => {
    const id = await addWebhook('dead');
    const replay = () => api.call('POST', `/v1/webhook-deliveries/${wireId('msg', id)}/replay`);
    const answer = await replay();
    expect([answer.status, answer.body.state]).toEqual([200, 'pending']);
    expect(await api.database.owner('select state from outbox where id = $1', [id])).toEqual([
      { state: 'pending' },
    ]);
    expect(
      await api.database.owner('select action from audit_entry where subject = $1', [wireId('msg', id)]),
    ).toEqual([{ action: 'webhook.replay' }]);
    await api.database.owner(
      `update outbox set leased_by = $2, leased_until = '2026-03-01T12:00:06Z' where id = $1`,
      [id, uuidv7()],
    );
    expect((await replay()).body.code).toBe('webhook_being_delivered');
  });
});

describe('the dispatcher as the worker starts it', () => {
  it('opens the sealed secret, delivers, and stops', async () => {
    const receiver = createServer();
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    await api.database.owner('update endpoint set url = $2 where id = $1', [
      endpoint,
      `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    ]);
    const realTime = instantFromIso(new Date().toISOString());
    const dispatcher = startDispatcher({
      ...api.context,
      clock: { now: () => realTime },
      config: { ...api.context.config, allowPrivateDestinations: true },
    });
    const id = await addWebhook('pending');
    const [request, response] = await once(receiver, 'request');
    let body = '';
    for await (const part of request) body += String(part);
    response.writeHead(204).end();
    expect(new Webhook(secret).verify(body, request.headers)).toEqual({ type: 'commission.accrued' });
    await dispatcher.close();
    expect(await api.database.owner('select state, attempts from outbox where id = $1', [id])).toEqual([
      { state: 'delivered', attempts: 1 },
    ]);
    receiver.closeAllConnections();
    receiver.close();
  });
});
