import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, test } from 'vitest';
import { findPreset } from '../../../server/src/connectors/index.ts';
import { instantFromIso } from '../../../server/src/kernel/instant.ts';
import { comparableContent, compileMapping } from '../../../server/src/pipeline/mapping/index.ts';
import { Crm } from './crm.ts';
import { chargedBack, deposited, kycChanged, registered, requestOf } from './postback.ts';
import type { PostbackForm } from './postback.ts';

const mapping = compileMapping(findPreset('generic-s2s')?.document ?? {}, { server: 'live-1' });
const AT = '2026-06-01T10:00:00.000Z';
const FORMS: readonly PostbackForm[] = ['get', 'form', 'json'];

/** What the connector of the product makes of a postback. */
function eventOf(form: PostbackForm, fields: Record<string, string>) {
  const outgoing = requestOf('http://door.example/s2s/crm/token', { form, fields });
  const mapped = mapping.map({
    body: outgoing.body ?? '',
    query: [...new URL(outgoing.url).searchParams],
    receivedAt: instantFromIso('2026-12-01T00:00:00Z'),
    ...(outgoing.headers['content-type'] === undefined
      ? {}
      : { contentType: outgoing.headers['content-type'] }),
  });
  const item = mapped.outcome === 'items' ? mapped.items[0] : undefined;
  if (item?.outcome !== 'event') throw new Error(JSON.stringify(item ?? mapped));
  return item.event;
}

test.each([
  [
    'a registration',
    registered({ customer: 'C-1', at: AT, clickId: 'clk_1', login: 700_001, country: 'DE' }),
  ],
  [
    'a deposit',
    deposited({
      customer: 'C-1',
      at: AT,
      transaction: 't1',
      amount: '250.00',
      currency: 'EUR',
      status: 'approved',
    }),
  ],
  [
    'a chargeback',
    chargedBack({
      customer: 'C-1',
      at: AT,
      transaction: 'cb1',
      original: 't1',
      amount: '250.00',
      currency: 'EUR',
    }),
  ],
  ['a change of KYC', kycChanged({ customer: 'C-1', at: AT, transaction: 'k1', status: 'passed' })],
])('%s says the same by query, form and JSON', (_name, fields) => {
  const contents = FORMS.map((form) => comparableContent(eventOf(form, fields)));
  expect(new Set(contents).size).toBe(1);
});

it('registers with click, customer and login', () => {
  expect(
    eventOf('form', registered({ customer: 'C-1', at: AT, clickId: 'clk_1', login: 700_001, country: 'DE' })),
  ).toMatchObject({
    kind: 'registration',
    clickId: 'clk_1',
    country: 'DE',
    occurredAt: AT,
    identifiers: [
      { namespace: 'customer', value: 'C-1' },
      { namespace: 'mt5:live-1', value: '700001' },
      { namespace: 'click', value: 'clk_1' },
    ],
  });
});

it('registers who came without a click, too', () => {
  expect(eventOf('get', registered({ customer: 'C-2', at: AT, country: 'FR' })).clickId).toBeUndefined();
});

it('tells a deposit as unsettled while it is pending, under the key of the later approval', () => {
  const told = { customer: 'C-1', at: AT, transaction: 't1', amount: '250.00', currency: 'USD' };
  const [pending, approved] = (['pending', 'approved'] as const).map((status) =>
    eventOf('get', deposited({ ...told, status })),
  );
  expect(pending).toMatchObject({ kind: 'unsettled', externalId: 't1' });
  expect(approved).toMatchObject({ kind: 'deposit', externalId: 't1', amount: '250' });
});

it('tells again until it is answered, and takes a refusal as an answer', async () => {
  const statuses = [503, 0, 429, 200, 422];
  const heard: string[] = [];
  const door = createServer((incoming, response) => {
    const status = statuses.shift() ?? 200;
    heard.push(`${status} ${incoming.method}`);
    if (status === 0) incoming.socket.destroy();
    else
      response
        .writeHead(status)
        .end(JSON.stringify({ disposition: status === 200 ? 'accepted' : 'quarantined' }));
  });
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
  const answers: string[] = [];
  const crm = new Crm({
    postbackAddress: `http://127.0.0.1:${(door.address() as AddressInfo).port}/s2s/crm/token`,
    onAnswer: (status, disposition) => answers.push(`${status} ${disposition}`),
  });
  const fields = { event: 'kyc' };
  await crm.tell([{ form: 'json', fields }]);
  await crm.tell([{ form: 'get', fields }]);
  expect(heard).toEqual(['503 POST', '0 POST', '429 POST', '200 POST', '422 GET']);
  expect(answers).toEqual(['200 accepted', '422 quarantined']);
  expect(crm.retries).toBe(3);
  await crm.close();
  door.close();
});
