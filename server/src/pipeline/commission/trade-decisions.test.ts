// What is decided about each execution, by value: what it is in its trade, why it pays nothing, what is said besides.
import { describe, expect, test } from 'vitest';
import { ALWAYS, buildProgram, execution, second } from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import { dealOf, decideCase, decideCases, tradeCase, TRADER } from '../../../test/support/trade-case.ts';
import type { TradeCase } from '../../../test/support/trade-case.ts';
import { decimal } from '../../kernel/decimal.ts';
import { dealDocument } from '../../../test/support/evidence.ts';
import { decideExecutions } from './executions.ts';
import type { CustomerContext } from './facts.ts';
import { findCreditCoefficient, findHedged } from './trade-filters.ts';

const PER_LOT = { kind: 'per_lot', rates: [{ rate: '7' }] };
const BY_COMMISSION = { kind: 'commission_share', rates: [{ rate: '10' }] };
const SHARE = { id: 'share', kind: 'revshare', base: 'pnl', percent: '10' };
const shared = (...components: object[]) =>
  dealDocument({ currency: 'USD', components: [SHARE, ...components.map((one) => ({ id: 'c', ...one }))] });
const RATES = [{ source: 'own' as const, base: 'EUR', quote: 'USD', rate: '1.2', validFrom: second(-3600) }];
const ASSEMBLED = {
  kind: 'trade',
  trade: { account: 'live:1', position: 'a', symbol: 'EURUSD', side: 'long', lots: '1' },
};

describe('an execution that pays nothing keeps what it is in its trade', () => {
  test.each<[string, string, object, TradeCase, ProgramParts, Partial<CustomerContext>]>([
    ['a test', 'test_event', PER_LOT, { closing: { test: true } }, {}, {}],
    ['of a test customer', 'test_event', PER_LOT, {}, {}, { test: true }],
    ['of a demo account', 'demo_account', PER_LOT, { closing: { extra: { demo: 'true' } } }, {}, {}],
    ['of nobody', 'unattributed', PER_LOT, {}, {}, { attributions: [] }],
    ['without a deal', 'no_deal', PER_LOT, {}, { deals: {}, partners: ['ann'] }, {}],
    [
      'before the cut-over of its source',
      'before_cutover',
      PER_LOT,
      {},
      { cutOver: { mt5: second(9999) } },
      {},
    ],
    ['that no component pays for', 'not_commissionable', { kind: 'cpa', amount: '1' }, {}, {}, {}],
    [
      'closed by a gate',
      'kyc_failed',
      PER_LOT,
      {},
      {},
      { kyc: [{ from: ALWAYS, status: 'failed', originId: 'k' }] },
    ],
  ])('%s', (_name, reason, component, parts, more, who) => {
    const found = decideCase(component, parts, more, who);
    expect(found).toMatchObject({ state: 'decided', reason, lines: [], assembly: ASSEMBLED });
    expect(found).not.toHaveProperty('inputs');
  });

  test('one that says that it is no demo pays', () => {
    expect(decideCase(PER_LOT, { closing: { extra: { demo: 'false' } } }).lines).toHaveLength(1);
  });

  test('an opening, and one that waits', () => {
    const [opening, closing] = tradeCase();
    const found = decideCases({ deals: { ann: dealOf(PER_LOT) } }, [opening, closing]);
    expect(found.get(opening.eventId)).toStrictEqual({
      state: 'decided',
      reason: 'opens_position',
      assembly: { kind: 'none', reason: 'opens_position' },
      lines: [],
    });
    expect(decideCases({ deals: { ann: dealOf(PER_LOT) } }, [closing]).get(closing.eventId)).toStrictEqual({
      state: 'waiting',
      reason: 'trade_open_missing',
      assembly: { kind: 'waiting', reason: 'trade_open_missing' },
      lines: [],
    });
    expect(
      decideCases({ deals: { ann: dealOf(PER_LOT) } }, [closing], { registeredAt: null }).get(
        closing.eventId,
      ),
    ).toMatchObject({ state: 'waiting', reason: 'unknown_customer', assembly: { kind: 'waiting' } });
  });
});

describe('a trade that pays', () => {
  test('has its line and its trade, and says nothing else', () => {
    const found = decideCase(PER_LOT);
    expect(Object.keys(found).toSorted()).toEqual(['assembly', 'lines', 'state']);
    expect(found).toMatchObject({ state: 'decided', assembly: ASSEMBLED });
  });

  test('says how many lots wait for their opening, and what else is missing, in order', () => {
    const lots = (event: ReturnType<typeof tradeCase>[number], told: string): typeof event => ({
      ...event,
      content: { ...event.content, execution: { ...event.content.execution, lots: told } as never },
    });
    const [opening, closing] = tradeCase();
    const deals = {
      ann: dealDocument({
        currency: 'USD',
        components: [
          { id: 'a', ...PER_LOT },
          { id: 'b', ...BY_COMMISSION },
        ],
      }),
    };
    const found = decideCases({ deals }, [opening, lots(closing, '1.5')]).get(closing.eventId);
    expect(found?.detail).toBe(
      '0.5 lots wait for their opening (trade_open_missing); b: the commission of the customer is not told',
    );
    expect(found?.lines.map(({ component, amountMinor }) => `${component} ${amountMinor}`)).toEqual([
      'a 700',
    ]);
    expect(found?.zeros).toStrictEqual([
      { component: 'b', partnerId: 'ann', level: 1, reason: 'source_lacks_field' },
    ]);
  });

  test('may do so by several components, each beside the others', () => {
    const found = decideCase(PER_LOT, {}, { deals: { ann: shared(PER_LOT) } });
    expect(found.lines).toHaveLength(1);
    expect(found.inputs).toMatchObject([{ component: 'share', partnerId: 'ann', period: '2024-07-01' }]);
    expect(found).not.toHaveProperty('reason');
  });
});

describe('a trade that brings something to a share of revenue', () => {
  const deals = { ann: shared() };
  const told = { fields: { profit: '-40' }, closing: { currency: 'USD' } };

  test('is settled by period where nothing else pays for it', () => {
    const found = decideCase(PER_LOT, told, { deals });
    expect(found).toMatchObject({ reason: 'settled_by_period', lines: [], inputs: [{ component: 'share' }] });
    expect(found.inputs?.[0]?.measures).toMatchObject({ profit: '-40' });
  });

  test('brings nothing while a gate is closed or held', () => {
    const held = { kyc: [{ from: ALWAYS, status: 'pending' as const, originId: 'k' }] };
    expect(decideCase(PER_LOT, told, { deals }, held)).not.toHaveProperty('inputs');
    const barred = {
      statuses: [{ status: 'closed' as const, from: second(0), to: second(9999), originId: 's' }],
    };
    expect(decideCase(PER_LOT, told, { deals }, barred)).toMatchObject({ reason: 'blocked' });
    expect(decideCase(PER_LOT, told, { deals }, barred)).not.toHaveProperty('inputs');
  });

  test('waits for a rate, and is judged again when there is one', () => {
    const euro = { ...told, closing: { currency: 'EUR' } };
    const only = { ann: dealDocument({ currency: 'USD', components: [{ ...SHARE, swapIncluded: true }] }) };
    const without = decideCase(PER_LOT, euro, { deals: only });
    expect(without.rated).toBe(true);
    const found = decideCase(PER_LOT, euro, { deals: only, rates: RATES });
    expect(found).toMatchObject({ reason: 'settled_by_period', rated: true });
    expect(found.inputs?.[0]?.measures).toMatchObject({ profit: '-48' });
  });
});

describe('a trade is judged again by a rate that is published later', () => {
  const caps = { caps: [{ by: 'money', limit: '1000' }] };
  const rated = (component: object, more: ProgramParts = {}, parts: TradeCase = {}): unknown =>
    decideCase(component, parts, more).rated;
  const euro = (component: object) => ({ deals: { ann: dealOf(component, { currency: 'EUR' }) } });

  test('where it asked for one, or brings to a period money that is compared in another currency', () => {
    expect(rated(PER_LOT)).toBeUndefined();
    expect(rated({ ...PER_LOT, ...caps })).toBeUndefined();
    expect(rated(PER_LOT, euro(PER_LOT))).toBeUndefined();
    expect(rated(PER_LOT, { ...euro({ ...PER_LOT, ...caps }), rates: RATES })).toBe(true);
    expect(rated(PER_LOT, euro({ ...PER_LOT, ...caps }))).toBe(true);
    expect(rated(PER_LOT, euro({ ...PER_LOT, ...caps, excludedSymbols: ['EURUSD'] }))).toBeUndefined();
    expect(
      rated(BY_COMMISSION, {}, { fields: { commission: '-7' }, closing: { accountCurrency: 'EUR' } }),
    ).toBe(true);
  });
});

describe('a source that only corroborates', () => {
  test('is said whose word counts, and its close-by legs carry nothing', () => {
    const program = buildProgram({
      deals: { ann: dealOf(PER_LOT) },
      authorities: { execution: { source: 'bridge', match: ['externalId'] } },
    });
    const events = tradeCase();
    const found = decideExecutions({
      program,
      context: TRADER,
      groups: Map.groupBy(events, (event) => event.groupKey),
      pairLegs: [],
    });
    expect([...found.values()]).toStrictEqual(
      [1, 2].map(() => ({
        state: 'decided',
        reason: 'corroborating',
        detail: '"bridge" is the authority for this kind of fact and has not told it',
        lines: [],
      })),
    );
  });
});

describe('filters of trades', () => {
  const paid = (component: object, parts: TradeCase): unknown => {
    const found = decideCase(component, parts);
    return found.zeros?.[0]?.reason ?? found.lines[0]?.basis['skipped'] ?? 'paid';
  };
  const type = (accountType: string): TradeCase => ({ closing: { extra: { accountType } } });

  test('account types that the deal names are those of the row, or of its group', () => {
    const only = { ...PER_LOT, only: { accountTypes: ['ecn'] } };
    expect(paid(only, type('ecn'))).toBe('paid');
    expect(paid(only, { closing: { group: 'ecn' } })).toBe('paid');
    expect(paid(only, type('mini'))).toBe('trade_excluded_account');
    expect(paid(only, {})).toBe('trade_excluded_account');
    const except = { ...PER_LOT, excludedAccountTypes: ['mini'] };
    expect([paid(except, type('mini')), paid(except, type('ecn')), paid(except, {})]).toEqual([
      'trade_excluded_account',
      'paid',
      'paid',
    ]);
  });

  test('social accounts and PAMM masters pay unless the deal leaves them out', () => {
    const social = { closing: { extra: { social: 'true' } } };
    const pamm = { closing: { extra: { pamm: 'master' } } };
    expect([
      paid({ ...PER_LOT, socialAccounts: 'counts' }, social),
      paid({ ...PER_LOT, pammMasters: 'counts' }, pamm),
    ]).toEqual(['paid', 'paid']);
    const strict = { ...PER_LOT, socialAccounts: 'excluded', pammMasters: 'excluded' };
    expect([paid(strict, social), paid(strict, pamm), paid(strict, {})]).toEqual([
      'trade_social_account',
      'trade_pamm_master',
      'paid',
    ]);
    expect(paid(strict, { closing: { extra: { social: 'false', pamm: 'investor' } } })).toBe('paid');
  });

  test('a result of zero is told by profit or by prices; with neither that cannot be said', () => {
    const strict = { ...PER_LOT, zeroResult: 'excluded' };
    const priceless = { open: '', close: '' };
    expect(paid(strict, { fields: { profit: '0' } })).toBe('trade_zero_result');
    expect(paid(strict, { close: '1.1' })).toBe('trade_zero_result');
    expect(paid(strict, { ...priceless, fields: { profit: '0.00', price: '' } })).toBe('trade_zero_result');
    expect(paid(strict, { ...priceless, fields: { profit: '3', price: '' } })).toBe('paid');
    expect(paid(strict, { fields: { price: '' } })).toBe('profit');
    const oneSided = (side: 0 | 1): unknown => {
      const events = [...tradeCase()];
      const event = events[side] as (typeof events)[number];
      const { price: _price, ...rest } = event.content.execution as NonNullable<
        typeof event.content.execution
      >;
      events[side] = { ...event, content: { ...event.content, execution: rest as never } };
      const found = decideCases({ deals: { ann: dealOf(strict) } }, events).get(event.eventId);
      const closing = decideCases({ deals: { ann: dealOf(strict) } }, events).get(events[1]?.eventId ?? '');
      return (found?.lines[0] ?? closing?.lines[0])?.basis['skipped'];
    };
    expect([oneSided(0), oneSided(1)]).toEqual(['profit', 'profit']);
    expect(paid(strict, {})).toBe('paid');
    expect(paid({ ...PER_LOT, zeroResult: 'counts' }, { close: '1.1' })).toBe('paid');
  });

  test('a move is measured in spreads, which a spread in money is after division by the size of a lot', () => {
    const strict = { ...PER_LOT, minimumMoveSpreads: '2' };
    const spread = (measures: Record<string, string>, more: TradeCase = {}): TradeCase => ({
      open: '1.1',
      close: '1.1004',
      closing: { measures },
      ...more,
    });
    expect(paid(strict, spread({ spread: '0.0002' }))).toBe('paid');
    expect(paid(strict, spread({ spread: '0.00021' }))).toBe('trade_move_too_small');
    expect(paid(strict, spread({}))).toBe('spread');
    expect(paid(strict, spread({ spread: '0.0002' }, { fields: { price: '' } }))).toBe('spread');
    const money = {
      kind: 'spread_share',
      rates: [{ rate: '50' }],
      spreadIn: 'money_per_lot',
      minimumMoveSpreads: '2',
    };
    expect(paid(money, spread({ spread: '20' }))).toBe('paid');
    expect(paid(money, spread({ spread: '21' }))).toBe('trade_move_too_small');
    expect(paid(money, spread({ spread: '21', ask: '9' }))).toBe('trade_move_too_small');
    expect(paid(money, spread({ spread: '21', bid: '9' }))).toBe('trade_move_too_small');
    expect(paid(money, spread({ spread: '21', ask: '1.1002', bid: '1.1' }))).toBe('paid');
    expect(paid(money, spread({ spread: '21' }, { fields: { contractSize: '' } }))).toBe('spread');
    expect(paid(money, spread({ spread: '21' }, { fields: { contractSize: '0' } }))).toBe('spread');
    const price = { ...money, spreadIn: 'price' };
    expect(paid(price, spread({ ask: '1.1002', bid: '1.1' }))).toBe('paid');
  });

  test('of the equity that is credit nothing is paid, below the threshold', () => {
    const share = (measures: Record<string, string>, creditBelow: string | null = '0.5'): unknown => {
      const question = { event: execution({ id: 'x', at: second(0) }) };
      const event = { ...question.event, content: { ...question.event.content, measures } };
      const { coefficient, lacks } = findCreditCoefficient({ creditBelow } as never, { event } as never);
      return lacks ?? (coefficient === undefined ? 'full' : coefficient);
    };
    expect(share({ equity: '100', credit: '75' })).toEqual(decimal('0.25'));
    expect(share({ equity: '100', credit: '50' })).toBe('full');
    expect(share({ equity: '100', credit: '100' })).toEqual(decimal('0'));
    expect(share({ equity: '100', credit: '130' })).toEqual(decimal('0'));
    expect(share({ equity: '0', credit: '0' })).toEqual(decimal('0'));
    expect(share({ equity: '-10', credit: '-20' })).toEqual(decimal('0'));
    expect(share({ equity: '-10', credit: '5' })).toEqual(decimal('0'));
    expect([share({ equity: '1' }), share({ credit: '1' }), share({}, null)]).toEqual([
      'credit',
      'credit',
      'full',
    ]);
  });

  test('hedged trades are the smaller side of their group, on a tie the shorts', () => {
    const part = (name: string, key: string, side: 'long' | 'short', lots: string) => ({
      name,
      key,
      side,
      lots: decimal(lots),
    });
    const hedged = (...parts: ReturnType<typeof part>[]): string[] =>
      [...findHedged(parts)].map(({ name }) => name);
    expect(
      hedged(part('a', 'x', 'long', '1.5'), part('b', 'x', 'short', '1'), part('c', 'x', 'short', '0.8')),
    ).toEqual(['a']);
    expect(
      hedged(part('a', 'x', 'long', '1'), part('b', 'x', 'short', '1'), part('c', 'y', 'short', '9')),
    ).toEqual(['b']);
    expect(hedged(part('a', 'x', 'long', '1'))).toEqual([]);
  });
});
