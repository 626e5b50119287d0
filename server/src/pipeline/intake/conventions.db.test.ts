import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';

let api: TestApi;
const tokens = new Map<string, string>();

beforeAll(async () => {
  api = await startTestApi();
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Conventions', vertical: 'forex', sandbox: true },
  });
  for (const preset of ['tune', 'keitaro', 'trcker', 'everflow', 'affise']) {
    const made = await api.call('POST', '/v1/sources', {
      body: { programId: program.body.id, slug: preset, preset },
    });
    expect(made.status, made.text).toBe(201);
    tokens.set(preset, made.body.token);
  }
});
afterAll(() => api.close());

const send = async (preset: string, query: string): Promise<[number, string]> => {
  const answer = await api.call('GET', `/s2s/${preset}/${tokens.get(preset)}?${query}`, { key: null });
  return [answer.status, answer.text];
};

test('each sender is answered in its own words', async () => {
  const tune = 'transaction_id=c1&adv_sub=o1&goal_name=deposit&amount=5&currency=USD';
  expect(await send('tune', tune)).toEqual([200, 'success=true;']);
  expect(await send('tune', tune.replace('=USD', '=XXQ'))).toEqual([
    200,
    'success=false; err_msg=bad_currency',
  ]);
  const sale = 'subid=s1&tid=t1&status=sale&payout=5&currency=USD';
  expect(await send('keitaro', sale)).toEqual([200, 'Success']);
  expect(await send('keitaro', `${sale}&return=done`)).toEqual([200, 'done']);
  expect(await send('keitaro', `${sale}&status2=x&return=done`.replace('=sale', '=odd'))).toEqual([
    200,
    'Error: unknown_status',
  ]);
  const order = 'click_id=c1&txn_id=t1&amount=5&currency=USD';
  expect([await send('trcker', order), await send('trcker', order)]).toEqual([
    [200, 'ok'],
    [200, 'duplicate'],
  ]);
  const conversion = 'transaction_id=c1&event_id=FTD&order_id=o1&amount=5&currency=USD';
  expect((await send('everflow', conversion))[1]).toContain('"success":true');
  expect((await send('everflow', conversion))[1]).toContain('"error_code":8');
});

test('a rejection that came before its sale still stands', async () => {
  const rows = 'subid=s9&tid=t9&payout=5&currency=USD';
  await send('keitaro', `${rows}&status=rejected`);
  await send('keitaro', `${rows}&status=sale`);
  const events: { externalId: string }[] = (await api.call('GET', '/v1/events?source=keitaro')).body.items;
  const event = events.find(({ externalId }) => externalId === 's9:t9');
  expect(event).toMatchObject({ kind: 'unsettled', content: { status: 'declined', rawStatus: 'rejected' } });
});

test('a sender without words of its own is answered as JSON', async () => {
  const [status, text] = await send('affise', 'clickid=c1&goal=ftd&action_id=a1&sum=5&currency=USD&status=1');
  expect([status, JSON.parse(text).disposition]).toEqual([200, 'parked']);
});
