import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  at,
  buildProgram,
  execution,
  perLotDeal,
  cpaDeal,
  second,
} from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import type { Attribution } from '../attribution/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { decideExecutions } from './executions.ts';
import type { CustomerContext, EventDecision } from './facts.ts';

const FOR_ANN: Attribution = { from: ALWAYS, partnerId: 'ann', winner: null, losers: [] };

function context(more: Partial<CustomerContext> = {}): CustomerContext {
  return {
    registeredAt: second(-86_400),
    registrationId: 'r',
    country: null,
    countryFrom: null,
    countries: [],
    test: false,
    attributions: [FOR_ANN],
    kyc: [],
    statuses: [],
    ...more,
  };
}

function groupsOf(events: readonly PlacedEvent[]): Map<string, PlacedEvent[]> {
  const groups = new Map<string, PlacedEvent[]>();
  for (const event of events) groups.set(event.groupKey, [...(groups.get(event.groupKey) ?? []), event]);
  return groups;
}

function decide(
  parts: ProgramParts,
  events: readonly PlacedEvent[],
  who: CustomerContext = context(),
): ReadonlyMap<string, EventDecision> {
  return decideExecutions({
    program: buildProgram(parts),
    context: who,
    groups: groupsOf(events),
    pairLegs: events.filter((event) => event.pairKey !== null),
  });
}

/** A trade of its own position that was open for `seconds`. */
function trade(
  id: string,
  symbol: string,
  lots: string,
  seconds = 3600,
  more: { extra?: Record<string, string> } = {},
): PlacedEvent[] {
  const base = { position: id, symbol, lots };
  const close = execution({ id: `${id}-out`, at: second(seconds), entry: 'out', side: 'sell', ...base });
  return [
    execution({ id: `${id}-in`, at: second(0), ...base }),
    { ...close, content: { ...close.content, ...more } },
  ];
}

function amountsOf(decisions: ReadonlyMap<string, EventDecision>): string[] {
  return [...decisions.values()].flatMap((decision) =>
    decision.lines.map((line) => `${line.partnerId} ${line.level} ${line.amountMinor}`),
  );
}

function reasonOf(
  decisions: ReadonlyMap<string, EventDecision>,
  event: PlacedEvent | undefined,
): string | undefined {
  return decisions.get(event?.eventId ?? '')?.reason;
}

describe('per-lot commission', () => {
  test('V-FX-1: 2.0 EURUSD at 7, 0.5 XAUUSD at 10 and 10 US30 at 1 pay 29.00', () => {
    const deal = perLotDeal({
      rates: [
        { symbol: 'EURUSD', rate: '7' },
        { symbol: 'XAUUSD', rate: '10' },
        { symbol: 'US30', rate: '1' },
      ],
    });
    const events = [
      ...trade('a', 'EURUSD', '2'),
      ...trade('b', 'XAUUSD', '0.5'),
      ...trade('c', 'US30', '10'),
    ];
    const lines = [...decide({ deals: { ann: deal } }, events).values()].flatMap(
      (decision) => decision.lines,
    );
    expect(lines.map((line) => line.amountMinor)).toEqual(['1400', '500', '1000']);
    expect(lines.reduce((sum, line) => sum + BigInt(line.amountMinor), 0n)).toBe(2900n);
  });

  test('V-FX-11: of two partial closes only the one that was open long enough pays, 5.60', () => {
    const events = [
      execution({ id: '1', at: second(0) }),
      execution({ id: '2', at: second(120), entry: 'out', side: 'sell', lots: '0.3' }),
      execution({ id: '3', at: second(1800), entry: 'out', side: 'sell', lots: '0.7' }),
    ];
    const decisions = decide({ deals: { ann: perLotDeal({}) } }, events);
    expect(reasonOf(decisions, events[0])).toBe('opens_position');
    expect(reasonOf(decisions, events[1])).toBe('trade_too_short');
    expect(amountsOf(decisions)).toEqual(['ann 1 560']);
  });

  test.each([
    [179, 'trade_too_short', []],
    [180, undefined, ['ann 1 800']],
  ])('V-FX-16: a trade of %i s', (seconds, reason, amounts) => {
    const events = trade('a', 'EURUSD', '1', seconds);
    const decisions = decide({ deals: { ann: perLotDeal({}) } }, events);
    expect(reasonOf(decisions, events[1])).toBe(reason);
    expect(amountsOf(decisions)).toEqual(amounts);
  });

  test('a line explains itself by value', () => {
    const decisions = decide(
      { deals: { ann: perLotDeal({ holdDays: 7 }) }, zone: 'Europe/Athens' },
      trade('a', 'EURUSD', '0.35'),
    );
    const [line] = [...decisions.values()].flatMap((decision) => decision.lines);
    expect(line).toEqual({
      component: 'per-lot',
      partnerId: 'ann',
      level: 1,
      amountMinor: '280',
      currency: 'USD',
      holdDay: '2024-07-09',
      holdReason: '',
      dealId: 'deal-ann-1',
      dealVersion: 1,
      leaf: true,
      basis: {
        lots: '0.35',
        symbol: 'EURUSD',
        rateBy: 'default',
        durationSeconds: '3600',
        closedAt: '2024-07-01T01:00:00.000Z',
        mode: 'additive_fixed',
        rate: '8',
        exact: '2.8',
      },
    });
  });

  const groups = { symbolGroups: { metals: ['XAUUSD', 'XAGUSD'] } };
  const rates = [
    { rate: '1' },
    { accountType: 'ecn', rate: '2' },
    { group: 'metals', rate: '3' },
    { group: 'metals', accountType: 'ecn', rate: '4' },
    { symbol: 'XAUUSD', rate: '5' },
  ];
  test.each([
    ['EURUSD', undefined, '1'],
    ['EURUSD', 'ecn', '2'],
    ['XAGUSD', undefined, '3'],
    ['XAGUSD', 'ecn', '4'],
    ['XAUUSD', 'ecn', '5'],
  ])(
    'the rate of %s on account type %s is %s: symbol, group, account type, default',
    (symbol, accountType, rate) => {
      const deal = { ...perLotDeal({ rates: [{ rate: '1' }] }), ...groups };
      const document = { ...deal, components: [{ ...deal.components[0], rates }] } as typeof deal;
      const events = trade(
        'a',
        symbol,
        '1',
        3600,
        accountType === undefined ? {} : { extra: { accountType } },
      );
      expect(amountsOf(decide({ deals: { ann: document } }, events))).toEqual([`ann 1 ${rate}00`]);
    },
  );
});

describe('a trade that pays nothing says why', () => {
  const deal = perLotDeal({ rates: [{ symbol: 'EURUSD', rate: '8' }], excludedSymbols: ['BTCUSD'] });
  const organic = context({
    attributions: [{ ...FOR_ANN, partnerId: null, reason: 'outside_click_window' }],
  });
  const cases: [string, string, Partial<CustomerContext>, string][] = [
    ['no attribution', 'EURUSD', { attributions: [] }, 'unattributed'],
    ['an organic customer', 'EURUSD', { attributions: organic.attributions }, 'outside_click_window'],
    ['a partner without terms', 'EURUSD', { attributions: [{ ...FOR_ANN, partnerId: 'bob' }] }, 'no_deal'],
    [
      'a deal without a trading component',
      'EURUSD',
      { attributions: [{ ...FOR_ANN, partnerId: 'cpa' }] },
      'not_commissionable',
    ],
    ['an excluded symbol, before the missing rate', 'BTCUSD', {}, 'trade_excluded_symbol'],
    ['no rate', 'XAUUSD', {}, 'no_rate'],
    ['a test customer', 'EURUSD', { test: true }, 'test_event'],
    ['a failed KYC', 'EURUSD', { kyc: [{ from: ALWAYS, status: 'failed', originId: 'k' }] }, 'kyc_failed'],
    [
      'a self-excluded customer',
      'EURUSD',
      { statuses: [{ status: 'self_excluded', from: ALWAYS, to: second(9999), originId: 's' }] },
      'self_excluded',
    ],
    ['an amount under half a cent', 'EURUSD', {}, 'rounded_to_zero'],
  ];
  test.each(cases)('%s', (what, symbol, more, reason) => {
    const events = trade('a', symbol, what.includes('half a cent') ? '0.0001' : '1');
    const decisions = decide(
      { deals: { ann: deal, cpa: cpaDeal() }, partners: ['bob'] },
      events,
      context(more),
    );
    expect(reasonOf(decisions, events[1])).toBe(reason);
    expect(amountsOf(decisions)).toEqual([]);
  });

  test('an unregistered customer makes executions wait', () => {
    const events = trade('a', 'EURUSD', '1');
    const decisions = decide({ deals: { ann: deal } }, events, context({ registeredAt: null }));
    expect([...decisions.values()].map((decision) => `${decision.state} ${decision.reason}`)).toEqual([
      'waiting unknown_customer',
      'waiting unknown_customer',
    ]);
  });

  test('a close without its opening waits and is not judged', () => {
    const events = trade('a', 'EURUSD', '1').slice(1);
    const decision = decide({ deals: { ann: deal } }, events).get(events[0]?.eventId ?? '');
    expect(decision).toMatchObject({ state: 'waiting', reason: 'trade_open_missing', lines: [] });
  });

  test('an event that is marked as a test pays nothing', () => {
    const [open, close] = trade('a', 'EURUSD', '1') as [PlacedEvent, PlacedEvent];
    const marked = { ...close, content: { ...close.content, test: true } };
    expect(reasonOf(decide({ deals: { ann: deal } }, [open, marked]), marked)).toBe('test_event');
  });
});

describe('KYC and commission of trades', () => {
  const deal = perLotDeal({});
  const span = (seconds: number, status: 'pending' | 'passed' | 'failed') => ({
    from: second(seconds),
    status,
    originId: `${seconds}`,
  });
  const cases: [string, ReturnType<typeof span>[], string | undefined, string | undefined][] = [
    ['no status is no gate', [], undefined, ''],
    ['pending at the trade holds it', [span(0, 'pending')], undefined, 'kyc_pending'],
    ['passed later releases it', [span(0, 'pending'), span(5000, 'passed')], undefined, ''],
    ['failed later withdraws it', [span(0, 'pending'), span(5000, 'failed')], 'kyc_failed', ''],
    [
      'failed and passed later restores it',
      [span(0, 'passed'), span(5000, 'failed'), span(6000, 'passed')],
      undefined,
      '',
    ],
    ['failed at the trade is for good', [span(0, 'failed'), span(5000, 'passed')], 'kyc_failed', undefined],
    ['pending after the trade does not hold it', [span(5000, 'pending')], undefined, ''],
  ];
  test.each(cases)('%s', (_what, kyc, reason, holdReason) => {
    const events = trade('a', 'EURUSD', '1');
    const decision = decide({ deals: { ann: deal } }, events, context({ kyc })).get(events[1]?.eventId ?? '');
    expect(decision?.reason).toBe(reason);
    expect(decision?.lines[0]?.holdReason).toBe(holdReason);
  });

  test('failed later leaves nothing of it where it was not paid by then, and all where it was', () => {
    const events = trade('a', 'EURUSD', '1');
    const kyc = [span(0, 'passed'), span(5000, 'failed')];
    const closeId = events[1]?.eventId ?? '';
    const decision = decide({ deals: { ann: deal } }, events, context({ kyc })).get(closeId);
    expect(decision?.lines).toMatchObject([
      {
        amountMinor: '0',
        basis: { takes: '8', takenBy: 'kyc_failed', percent: '0' },
        ifPaid: {
          key: expect.stringContaining(closeId),
          by: formatInstant(second(5000)),
          amountMinor: '800',
        },
      },
    ]);
    expect(decision?.inputs).toBeUndefined();
  });
});

describe('levels of a trade', () => {
  const leaf = (mode: string, rate: string, more: object = {}) =>
    perLotDeal({ levels: { mode }, rates: [{ rate }], ...more });
  const tree = { ann: 'mid', mid: 'top' };

  test('V-ML-2: fixed overrides come from the own deal of each ancestor', () => {
    const deals = {
      ann: leaf('additive_fixed', '3'),
      mid: leaf('additive_fixed', '9', { overrides: [{ rate: '1' }] }),
      top: leaf('difference', '9', { overrides: [{ rate: '2' }] }),
    };
    expect(amountsOf(decide({ deals, parents: tree }, trade('a', 'EURUSD', '10')))).toEqual([
      'ann 3 3000',
      'mid 2 1000',
      'top 1 2000',
    ]);
  });

  test('V-ML-1: differences of the own rates', () => {
    const deals = {
      ann: leaf('difference', '4'),
      mid: leaf('difference', '7'),
      top: leaf('additive_fixed', '10'),
    };
    expect(amountsOf(decide({ deals, parents: tree }, trade('a', 'EURUSD', '10')))).toEqual([
      'ann 3 4000',
      'mid 2 3000',
      'top 1 3000',
    ]);
  });

  test('V-ML-7: a parent whose rate is below earns nothing, and it is said why', () => {
    const events = trade('a', 'EURUSD', '1');
    const decisions = decide(
      { deals: { ann: leaf('difference', '7'), mid: leaf('difference', '5') }, parents: { ann: 'mid' } },
      events,
    );
    expect(amountsOf(decisions)).toEqual(['ann 2 700']);
    expect(decisions.get(events[1]?.eventId ?? '')?.zeros).toEqual([
      { component: 'per-lot', partnerId: 'mid', level: 1, reason: 'override_zero' },
    ]);
  });

  test('an ancestor without terms is skipped and does not stop the chain', () => {
    const deals = {
      ann: leaf('additive_fixed', '3'),
      top: leaf('additive_fixed', '9', { overrides: [{ rate: '2' }] }),
    };
    expect(amountsOf(decide({ deals, parents: tree }, trade('a', 'EURUSD', '1')))).toEqual([
      'ann 3 300',
      'top 1 200',
    ]);
  });

  test('only the levels next to the leaf are paid when the depth is limited, with their true depth in the key', () => {
    const deals = {
      ann: leaf('additive_fixed', '3', { levels: { maxDepth: 2 } }),
      mid: leaf('additive_fixed', '1', { overrides: [{ rate: '1' }] }),
      top: leaf('additive_fixed', '1', { overrides: [{ rate: '1' }] }),
    };
    expect(amountsOf(decide({ deals, parents: tree }, trade('a', 'EURUSD', '1')))).toEqual([
      'ann 3 300',
      'mid 2 100',
    ]);
  });

  test('the default deal gives its terms to leaf and ancestor alike', () => {
    const defaultDeal = perLotDeal({ overrides: [{ rate: '1.5' }] });
    expect(amountsOf(decide({ defaultDeal, parents: { ann: 'mid' } }, trade('a', 'EURUSD', '1')))).toEqual([
      'ann 2 800',
      'mid 1 150',
    ]);
  });

  test('components of different names meet where each deal has one of the kind', () => {
    const other = { ...leaf('additive_fixed', '9', { overrides: [{ rate: '1' }] }) };
    const named = {
      ...other,
      components: other.components.map((component) => ({ ...component, id: 'volume' })),
    };
    expect(
      amountsOf(
        decide(
          { deals: { ann: leaf('additive_fixed', '3'), mid: named }, parents: { ann: 'mid' } },
          trade('a', 'EURUSD', '1'),
        ),
      ),
    ).toEqual(['ann 2 300', 'mid 1 100']);
  });

  test('every level is paid in the currency of its own deal', () => {
    const euro = { ...leaf('additive_fixed', '9', { overrides: [{ rate: '1' }] }), currency: 'JPY' };
    const decisions = decide(
      { deals: { ann: leaf('additive_fixed', '3'), mid: euro }, parents: { ann: 'mid' } },
      trade('a', 'EURUSD', '2'),
    );
    expect(
      [...decisions.values()].flatMap((decision) =>
        decision.lines.map((line) => `${line.amountMinor} ${line.currency}`),
      ),
    ).toEqual(['600 USD', '2 JPY']);
  });

  test('terms, tree and attribution are those in force at the close', () => {
    const change = second(3600);
    const deals = {
      ann: [
        { from: ALWAYS, document: leaf('additive_fixed', '3') },
        { from: change, document: leaf('additive_fixed', '5') },
      ],
      bob: leaf('additive_fixed', '9'),
    };
    const attributions = [FOR_ANN, { ...FOR_ANN, partnerId: 'bob', from: second(4000) }];
    const pay = (seconds: number): string[] =>
      amountsOf(decide({ deals }, trade('a', 'EURUSD', '1', seconds), context({ attributions })));
    expect([pay(3599), pay(3600), pay(3999), pay(4000)]).toEqual([
      ['ann 1 300'],
      ['ann 1 500'],
      ['ann 1 500'],
      ['bob 1 900'],
    ]);
    expect(at('2024-07-01T01:00:00Z')).toBe(change);
  });
});

describe('a suspended partner (rules.md 5)', () => {
  const END = Number.POSITIVE_INFINITY as Instant;
  const holds = (from: Instant, to: Instant, more: Partial<CustomerContext> = {}): string[] => {
    const decisions = decide(
      {
        deals: { ann: perLotDeal({}), top: perLotDeal({ overrides: [{ rate: '2' }] }) },
        parents: { ann: 'top' },
        partners: [{ id: 'ann', name: 'Ann', suspensions: [{ from, to }] }],
      },
      trade('a', 'EURUSD', '1'),
      context(more),
    );
    return [...decisions.values()].flatMap(({ lines }) =>
      lines.map((line) => `${line.partnerId} ${line.amountMinor} ${line.holdReason}`.trim()),
    );
  };

  test.each([
    ['earns on, held, from that instant on', ALWAYS, END, ['ann 800 partner_hold', 'top 200']],
    ['at the very instant too', second(3600), END, ['ann 800 partner_hold', 'top 200']],
    ['not on what came before', second(3601), END, ['ann 800', 'top 200']],
    ['nothing is held when it is over', ALWAYS, second(9999), ['ann 800', 'top 200']],
  ])('%s', (_what, from, to, expected) => {
    expect(holds(from, to)).toEqual(expected);
  });

  test('a hold of the customer is told first', () => {
    const kyc = [{ from: ALWAYS, status: 'pending' as const, originId: 'k' }];
    expect(holds(ALWAYS, END, { kyc })).toEqual(['ann 800 kyc_pending', 'top 200 kyc_pending']);
  });
});

describe('a trade of a reassigned customer (semantics.md 7.3)', () => {
  const bonds = (from: number): Partial<CustomerContext> => ({
    attributions: [FOR_ANN, { ...FOR_ANN, from: second(from), partnerId: 'bob' }],
  });

  // Opened at second 0, closed at second 3600.
  test.each([
    ['close', -1, 'bob'],
    ['close', 3600, 'bob'],
    ['close', 3601, 'ann'],
    ['open', 0, 'bob'],
    ['open', 1, 'ann'],
    ['open', 3600, 'ann'],
    ['open', 3601, 'ann'],
  ] as const)('by %s, with a new partner from second %i on, belongs to %s', (tradesBy, from, partner) => {
    const deal = perLotDeal({});
    const decisions = decide(
      { deals: { ann: deal, bob: deal }, tradesBy },
      trade('a', 'EURUSD', '1'),
      context(bonds(from)),
    );
    expect(amountsOf(decisions)).toEqual([`${partner} 1 800`]);
  });

  test.each([
    [1800, ['ann 1 800']],
    [3601, []],
  ])('opened before the first bond, from second %i on, belongs to it', (from, amounts) => {
    const decisions = decide(
      { deals: { ann: perLotDeal({}) }, tradesBy: 'open' },
      trade('a', 'EURUSD', '1'),
      context({ attributions: [{ ...FOR_ANN, from: second(from) }] }),
    );
    expect(amountsOf(decisions)).toEqual(amounts);
  });
});
