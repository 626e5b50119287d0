import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const sample = JSON.stringify({
  event: 'deposit.completed',
  payment_id: 'p1',
  client_id: 'c1',
  amount: '250.00',
  currency: 'USD',
  status: 'settled',
  paid_at: '2026-02-01 10:00:00',
});
const draft = (body: object) => api.call('POST', '/v1/mapping-drafts', { body });

test('a draft names the settings that it needs, reads the sample with them, and makes a source as it stands, where the deposit waits for its customer', async () => {
  const first = await draft({ samples: [sample], name: 'cashier' });
  expect([first.status, first.body.needs, first.body.reads]).toEqual([200, ['zone'], null]);
  const second = await draft({ samples: [sample], settings: { zone: 'UTC' } });
  expect(second.body.reads).toEqual([
    {
      sample: 1,
      path: '$',
      outcome: 'event',
      says: 'deposit p1 at 2026-02-01T10:00:00.000Z of customer c1 250 USD approved',
    },
  ]);
  const program = await api.call('POST', '/v1/programs', { body: { name: 'Acme', vertical: 'forex' } });
  const source = await api.call('POST', '/v1/sources', {
    body: {
      programId: program.body.id,
      slug: 'cashier',
      preset: 'generic-s2s',
      mappingText: first.body.text,
      settings: { zone: 'Europe/Nicosia' },
    },
  });
  expect([source.status, source.text.slice(0, 200)]).toEqual([201, expect.anything()]);
  const delivered = await api.call('POST', '/v1/sources/cashier/deliveries', { body: JSON.parse(sample) });
  expect(delivered.body.counts).toEqual({ parked: 1 });
});

test('what is no sample is refused at its place', async () => {
  const answer = await draft({ samples: ['{"a":'] });
  expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, 'body.samples']);
});
