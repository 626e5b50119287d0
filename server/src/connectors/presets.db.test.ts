// Presets on the whole road, through the API: that what they tell is judged, paid and taken back as it should be.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { createToldWorld, registration } from '../../test/support/told-world.ts';
import type { ToldWorld } from '../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  const clickId = await world.click();
  await world.tell(world.crm, [
    registration('100', '7100', {
      clickId,
      occurredAt: '2026-03-01T12:30:00Z',
      identifiers: [
        { namespace: 'customer', value: '100' },
        { namespace: 'mt4:live', value: '2100501' },
        { namespace: 'mt4:live', value: '2100777' },
        { namespace: 'dxtrade:main', value: 'default:A-1' },
        { namespace: 'match-trader:main', value: '5001' },
      ],
    }),
  ]);
  await world.settle();
});
afterAll(() => api.close());

interface Item {
  readonly disposition: string;
  readonly reason?: string;
  readonly eventId: string;
}

async function createSource(preset: string, settings: object, registrar = false): Promise<string> {
  const made = await world.post('/v1/sources', {
    programId: world.programId,
    slug: `${preset}-1`,
    preset,
    settings,
    registrar,
  });
  return made.slug ?? `${preset}-1`;
}

async function deliver(
  source: string,
  body: string | object,
  contentType = 'application/json',
): Promise<Item[]> {
  const answer = await api.call('POST', `/v1/sources/${source}/deliveries`, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': contentType },
  });
  expect(answer.status, answer.text).toBe(202);
  return answer.body.items;
}

/** What each event was decided as: its reason, or what its lines book in all. */
async function decided(items: readonly Item[]): Promise<string[]> {
  await world.settle();
  const found: string[] = [];
  for (const item of items) {
    if (item.eventId === undefined || item.eventId === null) {
      found.push(`${item.disposition} ${item.reason ?? ''}`);
      continue;
    }
    const event = await world.get(`/v1/events/${item.eventId}/explain`);
    const booked = event.lines.map((line: { booked: { amount: string } }) => line.booked.amount).join(' + ');
    found.push(booked === '' ? String(event.reason?.code) : booked);
  }
  return found;
}

const COLUMNS =
  'TICKET,LOGIN,SYMBOL,CMD,VOLUME,OPEN_TIME,OPEN_PRICE,CLOSE_TIME,CLOSE_PRICE,PROFIT,COMMENT,MODIFY_TIME';

describe('MT4', () => {
  const rows = [
    '1,2100501,EURUSD,0,50,2026-03-01 13:00:00,1.1,2026-03-01 13:02:30,1.2,50,to #2,2026-03-01 13:02:30',
    '2,2100501,EURUSD,0,100,2026-03-01 13:00:00,1.1,2026-03-01 14:00:00,1.2,50,from #1,2026-03-01 14:00:00',
    '3,2100777,EURUSD,1,1000,2026-03-01 13:00:00,1.1,2026-03-01 14:00:00,1.2,50,,2026-03-01 14:00:00',
    '4,2100501,EURUSD,0,100,2026-03-01 13:00:00,1.1,1970-01-01 00:00:00,1.2,50,,2026-03-01 13:00:00',
    '5,2100501,EURUSD,2,100,2026-03-01 13:00:00,1.1,2026-03-01 13:30:00,1.2,0,expiration,2026-03-01 13:30:00',
    '6,2100501,,6,1,2026-03-01 13:00:00,0,2026-03-01 13:00:00,0,1000,DEPOSIT 1,2026-03-01 13:00:00',
  ];

  test('a chain of partial closes is judged ticket by ticket, a cent account by its standard lots; again is duplicate', async () => {
    const source = await createSource('mt4', { server: 'live', zone: 'UTC', accounts: { '2100777': 'USC' } });
    const items = await deliver(source, [COLUMNS, ...rows].join('\n'), 'text/csv');
    expect(await decided(items)).toEqual([
      'opens_position',
      'trade_too_short',
      'opens_position',
      '7.00 + 1.00',
      'opens_position',
      '0.70 + 0.10',
      'opens_position',
      'ignored unwanted_row',
      'ignored balance_row',
    ]);
    const again = await deliver(source, [COLUMNS, ...rows].join('\n'), 'text/csv');
    expect(again.map((item) => item.disposition)).toEqual([
      ...Array.from({ length: 7 }, () => 'duplicate'),
      'ignored',
      'ignored',
    ]);
  });
});

describe('DXtrade', () => {
  const fill = (code: string, side: string, effect: string, at: string): object => ({
    account: 'default:A-1',
    orderCode: `o-${code}`,
    instrument: 'EUR/USD',
    side,
    legs: [{ instrument: 'EUR/USD', positionEffect: effect, positionCode: `p-${code[0]}` }],
    executions: [{ executionCode: code, lastQuantity: 100_000, lastPrice: 1.1, transactionTime: at }],
  });
  const bust = (tradeCode: string): object => ({
    transfers: [
      {
        account: 'default:A-1',
        transferCode: 't',
        transactionTime: '2026-03-01T16:00:00Z',
        cashTransactions: [
          {
            account: 'default:A-1',
            transactionCode: `x-${tradeCode}`,
            tradeCode,
            type: 'BUST',
            value: -41.2,
            currency: 'USD',
            transactionTime: '2026-03-01T16:00:00Z',
          },
        ],
      },
    ],
  });

  test('a bust takes the pay of its trade back, whether it comes after or before it', async () => {
    const source = await createSource('dxtrade', {
      lotSizes: { 'EUR/USD': '100000' },
      symbols: { 'EUR/USD': 'EURUSD' },
    });
    const after = await deliver(source, {
      orders: [
        fill('1a', 'BUY', 'OPEN', '2026-03-01T13:00:00Z'),
        fill('1b', 'SELL', 'CLOSE', '2026-03-01T14:00:00Z'),
      ],
    });
    expect(await decided(after)).toEqual(['opens_position', '7.00 + 1.00']);
    const [taken] = await deliver(source, bust('1b'));
    expect(taken).toMatchObject({ disposition: 'revised' });
    expect(await decided(after)).toEqual(['opens_position', '0.00 + 0.00']);

    const [early] = await deliver(source, bust('2b'));
    expect(early).toMatchObject({ disposition: 'accepted' });
    const late = await deliver(source, {
      orders: [
        fill('2a', 'BUY', 'OPEN', '2026-03-01T13:00:00Z'),
        fill('2b', 'SELL', 'CLOSE', '2026-03-01T14:00:00Z'),
      ],
    });
    expect(late[1]).toMatchObject({ disposition: 'revised' });
    expect((await decided(late))[1]).toBe('unsettled');
  });
});

describe('Match-Trader', () => {
  test('an account registers its client, junk beside it is quarantined, and nothing personal is stored', async () => {
    const source = await createSource('match-trader', {}, true);
    const page = {
      content: [
        {
          uuid: 'mt-1',
          created: '2026-03-01T12:40:00.000Z',
          updated: null,
          email: 'canary@example.com',
          verificationStatus: 'NEW',
          personalDetails: {
            firstname: 'Canaryfirst',
            dateOfBirth: '2000-01-01',
            passport: { number: 'CANARY-1' },
          },
          contactDetails: { phoneNumber: '+49canary' },
          bankingDetails: { bankAccount: 'CANARYBANK' },
          leadDetails: { source: 'web' },
          addressDetails: { country: 'DE', city: 'Canarycity' },
        },
        'test',
      ],
      totalPages: null,
    };
    const items = await deliver(source, page);
    expect(items.map((item) => item.disposition)).toEqual(['accepted', 'quarantined']);
    const { items: deliveries } = await world.get(`/v1/deliveries?source=${source}`);
    const delivery = await world.get(`/v1/deliveries/${deliveries[0].id}`);
    expect(delivery.body).toContain('mt-1');
    expect(JSON.stringify(delivery)).not.toMatch(/canary/i);
    const event = await world.get(`/v1/events/${items[0]?.eventId}/explain`);
    expect(JSON.stringify(event)).not.toMatch(/canary/i);
  });

  test('closed positions pay through the login of the address', async () => {
    expect(await deliver('match-trader-1', { closedPositions: [] })).toMatchObject([
      { disposition: 'ignored', reason: 'no_data' },
    ]);
    const answer = await api.call('POST', '/v1/sources/match-trader-1/deliveries?login=5001', {
      body: {
        closedPositions: [
          {
            id: 'W1',
            openTime: '2026-03-01T13:00:00.000Z',
            openPrice: '1.1',
            symbol: 'EURUSD',
            alias: 'EURUSD',
            volume: '0.50',
            time: '2026-03-01T14:00:00.000Z',
            closePrice: '1.2',
            side: 'BUY',
            closingOrderID: 'W2',
          },
        ],
      },
    });
    expect(await decided(answer.body.items)).toEqual(['opens_position', '3.50 + 0.50']);
  });
});
