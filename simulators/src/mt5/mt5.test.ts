import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { findPreset } from '../../../server/src/connectors/index.ts';
import { instantFromIso } from '../../../server/src/kernel/instant.ts';
import { compileMapping } from '../../../server/src/pipeline/mapping/index.ts';
import { answerChallenge } from './auth.ts';
import { DealBook, fitsMask } from './book.ts';
import { Mt5Client } from './client.ts';
import { ACTION, cancelled, ENTRY, REASON, rowOf } from './deal.ts';
import type { Deal } from './deal.ts';
import { Forwarder } from './forwarder.ts';
import { Mt5Server } from './server.ts';
import { SERVER_ZONE, serverMillis, serverSeconds } from './server-time.ts';

const SAMPLE = JSON.parse(
  readFileSync(
    new URL('../../../server/src/connectors/mt5/fixtures/deal_get_page_strings.json', import.meta.url),
    'utf8',
  ),
) as { answer: Record<string, string>[] };
const MANAGER = { login: '1000', password: 'Password1' };
const AT = Date.parse('2026-06-01T10:00:00.101Z');

function deal(number: number, more: Partial<Deal> = {}): Deal {
  return {
    deal: number,
    login: 700_001,
    group: 'real\\USD-std',
    order: number,
    position: 500,
    action: ACTION.buy,
    entry: ENTRY.in,
    reason: REASON.client,
    atMs: AT + number * 1_000,
    symbol: 'EURUSD.pro',
    price: '1.08420',
    centilots: 150,
    closedCentilots: 0,
    contractSize: '100000.00',
    digits: 5,
    profit: '0.00',
    comment: '',
    ...more,
  };
}

const preset = findPreset('mt5');
const mapping = compileMapping(preset?.document ?? {}, {
  server: 'live-1',
  zone: SERVER_ZONE,
  symbolSuffixes: ['.pro'],
});

/** What the connector of the product makes of an answer. */
function eventsOf(answer: string) {
  const mapped = mapping.map({
    body: answer,
    contentType: 'application/json',
    receivedAt: instantFromIso('2026-12-01T00:00:00Z'),
  });
  if (mapped.outcome !== 'items') throw new Error(`${mapped.outcome}: ${answer.slice(0, 200)}`);
  return mapped.items.map((item) => (item.outcome === 'event' ? item.event : item.reason));
}

let server: Mt5Server;
let url: string;
let client: Mt5Client;
const all = { group: '*', from: 0, to: 4_000_000_000 };

beforeEach(async () => {
  server = new Mt5Server({ managers: { [MANAGER.login]: MANAGER.password }, book: new DealBook() });
  url = await server.listen();
  client = new Mt5Client({ url, ...MANAGER, patienceMs: 300 });
});
afterEach(async () => {
  client.close();
  await server.close();
});

describe('who is there', () => {
  it('answers a challenge as the published vector says', () => {
    expect(answerChallenge('Password1', '73007dc7184747ce0f7c98516ef1c851')).toBe(
      '77fe51827f7fa69dd80fbec9aa33f1bb',
    );
  });

  it('lets in who knows the password, and proves the same in return', async () => {
    await expect(client.ask('/api/test/access', {})).resolves.toContain('0 Done');
  });

  it('refuses a wrong password with a number of authentication', async () => {
    const stranger = new Mt5Client({ url, login: MANAGER.login, password: 'Password2' });
    await expect(stranger.ping()).rejects.toMatchObject({ retcode: 1001 });
    stranger.close();
  });

  it('knows a session on its own connection only', async () => {
    await client.ping();
    const other = new Agent({ connections: 1 });
    const answer = await request(`${url}/api/test/access`, { dispatcher: other });
    expect(await answer.body.json()).toEqual({ retcode: '8 Not enough permissions' });
    await other.destroy();
  });

  it('takes an answer once: the same answer to the same challenge does not open a second session', async () => {
    const one = new Agent({ connections: 1 });
    const ask = async (path: string): Promise<Record<string, string>> =>
      (await (await request(`${url}${path}`, { dispatcher: one })).body.json()) as Record<string, string>;
    const { srv_rand: random = '' } = await ask(
      '/api/auth/start?version=484&agent=TEST&login=1000&type=manager',
    );
    const answer = `/api/auth/answer?srv_rand_answer=${answerChallenge('Password1', random)}&cli_rand=${'ab'.repeat(16)}`;
    expect(await ask(answer)).toMatchObject({
      retcode: '0 Done',
      cli_rand_answer: answerChallenge('Password1', 'ab'.repeat(16)),
    });
    expect(await ask(answer)).toMatchObject({ retcode: '3 Invalid parameters' });
    await one.destroy();
  });
});

describe('a row', () => {
  it('has the fields of the sample, in its order, and texts only', () => {
    const row = rowOf(deal(1));
    expect(Object.keys(row)).toEqual(Object.keys(SAMPLE.answer[2] ?? {}));
    expect(Object.values(row).every((value) => typeof value === 'string')).toBe(true);
  });

  it('carries volume in both units and the clock of the server', () => {
    expect(rowOf(deal(1))).toMatchObject({
      Volume: '15000',
      VolumeExt: '150000000',
      Time: String(serverSeconds(AT + 1_000)),
      TimeMsc: String(serverMillis(AT + 1_000)),
    });
  });

  test.each([
    ['summer', '2026-06-01T10:00:00.101Z', '2026-06-01T13:00:00.101Z'],
    ['winter', '2026-01-15T10:00:00.000Z', '2026-01-15T12:00:00.000Z'],
    [
      'between the change of America and that of Europe',
      '2026-03-20T10:00:00.000Z',
      '2026-03-20T13:00:00.000Z',
    ],
    ['before midnight', '2026-06-01T23:59:59.999Z', '2026-06-02T02:59:59.999Z'],
  ])('of %s is read back at the instant at which it happened', (_name, at, wall) => {
    expect(new Date(serverMillis(Date.parse(at))).toISOString()).toBe(wall);
    const [event] = eventsOf(
      JSON.stringify({ retcode: '0 Done', answer: [rowOf(deal(1, { atMs: Date.parse(at) }))] }),
    );
    expect(event).toMatchObject({ occurredAt: at });
  });
});

describe('deals', () => {
  it('are understood by the connector as they are answered', async () => {
    server.book.openAccount(700_001, 'real\\USD-std');
    server.book.add(deal(1));
    server.book.add(
      deal(2, { action: ACTION.sell, entry: ENTRY.out, closedCentilots: 150, profit: '12.50' }),
    );
    server.book.add(
      deal(3, {
        action: ACTION.balance,
        entry: 0,
        symbol: '',
        order: 0,
        position: 0,
        centilots: 0,
        comment: 'DEPOSIT #1',
      }),
    );
    const events = eventsOf(await client.ask('/api/deal/get_batch', all));
    expect(events).toMatchObject([
      {
        externalId: '1',
        identifiers: [{ namespace: 'mt5:live-1', value: '700001' }],
        execution: { entry: 'in', side: 'buy', lots: '1.5', symbol: 'EURUSD' },
      },
      {
        externalId: '2',
        execution: { entry: 'out', side: 'sell', lots: '1.5', closedLots: '1.5', cancelled: false },
      },
      'balance_row',
    ]);
  });

  it('that are taken back keep their number, and the connector reads them as cancelled', async () => {
    server.book.add(deal(1));
    server.book.cancel(1);
    expect(eventsOf(await client.ask('/api/deal/get_batch', all))).toMatchObject([
      { externalId: '1', execution: { cancelled: true, side: 'buy' } },
    ]);
    expect(cancelled(deal(1, { action: ACTION.sell, profit: '9.00' }))).toMatchObject({
      action: 14,
      profit: '0.00',
    });
  });

  it('that are none are not found, which the connector reads as nothing', async () => {
    const answer = await client.ask('/api/deal/get_batch', all);
    expect(JSON.parse(answer)).toEqual({ retcode: '13 Not found' });
    expect(mapping.map({ body: answer, receivedAt: instantFromIso('2026-12-01T00:00:00Z') })).toMatchObject({
      outcome: 'empty',
    });
  });

  it('come in pages of at most a hundred, each once', async () => {
    for (let number = 1; number <= 250; number += 1) server.book.add(deal(number));
    const seen: string[] = [];
    for (const offset of [0, 100, 200]) {
      const { answer } = JSON.parse(
        await client.ask('/api/deal/get_page', { login: 700_001, from: 0, to: 4e9, offset, total: 100 }),
      ) as { answer: { Deal: string }[] };
      seen.push(...answer.map((row) => row.Deal));
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => String(index + 1)));
    await expect(
      client.ask('/api/deal/get_page', { login: 700_001, from: 0, to: 4e9, offset: 0, total: 101 }),
    ).rejects.toMatchObject({ retcode: 3 });
    expect(JSON.parse(await client.ask('/api/deal/get_total', { login: 700_001, from: 0, to: 4e9 }))).toEqual(
      { retcode: '0 Done', answer: { total: '250' } },
    );
  });

  test.each([
    ['without a range of time', { group: '*' }],
    ['with login and group together', { ...all, login: 700_001 }],
    ['with neither login, group nor ticket', { from: 0, to: 1 }],
    ['with a login that is no number', { login: 'all', from: 0, to: 1 }],
  ])('are refused %s', async (_name, query) => {
    await expect(client.ask('/api/deal/get_batch', query)).rejects.toMatchObject({ retcode: 3 });
  });

  it('are bounded by seconds of the server, both included', async () => {
    server.book.add(deal(1));
    const second = serverSeconds(AT + 1_000);
    expect(
      eventsOf(await client.ask('/api/deal/get_batch', { group: '*', from: second, to: second })),
    ).toHaveLength(1);
    expect(
      await client.ask('/api/deal/get_batch', { group: '*', from: second + 1, to: second + 9 }),
    ).toContain('13 ');
  });

  test.each([
    ['real\\USD-std', 'real*', true],
    ['demoforex', 'demo*,!demoforex', false],
    ['demoindex', 'demo*,!demoforex', true],
    ['real\\EUR-std', '*USD*', false],
    ['real\\USD-std', 'real\\USD-std', true],
    ['real\\USD-std', 'real', false],
    ['aba', 'ab*ba', false],
  ])('of group %s fit the mask %s: %s', (group, mask, fits) => {
    expect(fitsMask(group, mask.split(','))).toBe(fits);
  });
});

describe('faults on demand', () => {
  it.each([
    ['http_503', 'HTTP 503'],
    ['drop', 'other side closed'],
    ['hang', 'Timeout'],
    ['too_frequent', '12 Too frequent'],
  ] as const)('like %s break a question, and the next one is answered again', async (fault, complaint) => {
    server.book.add(deal(1));
    await client.ping();
    server.faults.next(fault);
    await expect(client.ask('/api/deal/get_batch', all)).rejects.toThrow(complaint);
    expect(eventsOf(await client.ask('/api/deal/get_batch', all))).toHaveLength(1);
    expect(server.faults.count).toBe(1);
  });

  it('keep all of it away while the server is down', async () => {
    server.faults.setDown(true);
    await expect(client.ping()).rejects.toThrow('503');
    server.faults.setDown(false);
    await client.ping();
  });

  it('repeat and shuffle rows without losing one', async () => {
    for (let number = 1; number <= 40; number += 1) server.book.add(deal(number));
    server.faults.setRates({ shuffled: 1, duplicate: 1 });
    const events = eventsOf(await client.ask('/api/deal/get_batch', all)).map((event) =>
      typeof event === 'string' ? event : event.externalId,
    );
    expect(events).toHaveLength(41);
    expect(new Set(events).size).toBe(40);
    expect(events).not.toEqual(events.toSorted((a, b) => Number(a) - Number(b)));
  });
});

describe('a poller', () => {
  const posted: string[] = [];
  const forwarder = (post: (answer: string) => Promise<void>): Forwarder =>
    new Forwarder({ client, groupMask: 'real*', overlapSeconds: 60, post }, serverSeconds(AT));
  const keep = async (answer: string): Promise<void> => {
    posted.push(answer);
  };
  beforeEach(() => posted.splice(0));
  const numbers = (): string[] =>
    posted.flatMap((answer) =>
      (JSON.parse(answer) as { answer: { Deal: string }[] }).answer.map((row) => row.Deal),
    );

  it('posts what it was answered, byte for byte, and nothing when there is nothing', async () => {
    const poller = forwarder(keep);
    await poller.poll(serverSeconds(AT));
    expect(posted).toEqual([]);
    server.book.add(deal(1));
    await poller.poll(serverSeconds(AT) + 10);
    expect(posted).toEqual([JSON.stringify({ retcode: '0 Done', answer: [rowOf(deal(1))] })]);
  });

  it('reads again what was not acknowledged', async () => {
    server.book.add(deal(1));
    let isUp = false;
    const poller = forwarder(async (answer) =>
      isUp ? keep(answer) : Promise.reject(new Error('nobody there')),
    );
    await expect(poller.poll(serverSeconds(AT) + 10)).rejects.toThrow('nobody there');
    isUp = true;
    await poller.poll(serverSeconds(AT) + 5_000);
    expect(numbers()).toEqual(['1']);
  });

  it('asks again when a question fails, and counts it', async () => {
    server.book.add(deal(1));
    server.faults.next('drop', 'http_503', 'too_frequent');
    const poller = forwarder(keep);
    await poller.poll(serverSeconds(AT) + 10);
    expect(numbers()).toEqual(['1']);
    expect(poller.failures).toBe(3);
  });

  it('finds in a sweep what came late and what was taken back, page by page', async () => {
    server.book.openAccount(700_001, 'real\\USD-std');
    for (let number = 1; number <= 130; number += 1) server.book.add(deal(number));
    const poller = forwarder(keep);
    await poller.poll(serverSeconds(AT) + 86_400);
    posted.splice(0);
    server.book.add(deal(131));
    server.book.cancel(7);
    await poller.sweep(serverSeconds(AT), serverSeconds(AT) + 86_400);
    expect(posted).toHaveLength(2);
    expect(numbers()).toContain('131');
    expect(posted.join('')).toContain('"Action":"13"');
  });
});
