import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createEndpointSecret, signWebhook } from './webhook-signature.ts';

const body = '{"type":"commission.accrued","data":{"name":"Zoë ✓"}}';
const now = (): number => Math.floor(Date.now() / 1000);

describe('webhook signature', () => {
  it('is accepted by the reference implementation of Standard Webhooks', () => {
    const secret = createEndpointSecret();
    const headers = signWebhook({ id: 'msg_1', timestamp: now(), body }, [secret]);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('equals what the reference implementation signs', () => {
    const secret = createEndpointSecret();
    const at = new Date('2026-03-01T12:00:00Z');
    const headers = signWebhook({ id: 'msg_2', timestamp: at.getTime() / 1000, body }, [secret]);
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign('msg_2', at, body));
  });

  it('is refused by the reference implementation when body, id or secret is another', () => {
    const secret = createEndpointSecret();
    const headers = signWebhook({ id: 'msg_3', timestamp: now(), body }, [secret]);
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'msg_4' })).toThrow(
      'No matching signature',
    );
    expect(() => new Webhook(createEndpointSecret()).verify(body, headers)).toThrow('No matching signature');
  });

  it('carries one signature for each secret while a secret is rotated', () => {
    const [old, fresh] = [createEndpointSecret(), createEndpointSecret()];
    const headers = signWebhook({ id: 'msg_5', timestamp: now(), body }, [old, fresh]);
    for (const secret of [old, fresh])
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('refuses a secret that is none', () => {
    expect(() => signWebhook({ id: 'a', timestamp: 1, body }, ['secret'])).toThrow(RangeError);
  });
});
