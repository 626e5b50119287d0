import { describe, expect, test } from 'vitest';
import { ALWAYS, buildProgram, dealDocument, execution, second } from '../../../test/support/evidence.ts';
import type { ExecutionParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import { decideExecutions } from './executions.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext, EventDecision } from './facts.ts';

const CONTEXT: CustomerContext = {
  ...EMPTY_CONTEXT,
  registeredAt: second(-86_400),
  registrationId: 'r',
  attributions: [{ from: ALWAYS, partnerId: 'ann', winner: null, losers: [] }],
};

function deal(component: object, more: object = {}) {
  return dealDocument({ currency: 'USD', ...more, components: [{ id: 'c', ...component }] });
}

interface TradeParts extends Partial<ExecutionParts> {
  readonly id?: string;
  readonly symbol?: string;
  readonly lots?: string;
  readonly side?: 'buy' | 'sell';
  readonly open?: string;
  readonly close?: string;
  /** Open for so many seconds. */
  readonly seconds?: number;
  readonly account?: string;
  readonly openedAt?: number;
  readonly measures?: Record<string, string>;
  readonly openMeasures?: Record<string, string>;
  readonly content?: Partial<CanonicalEvent>;
  readonly openCommission?: string;
}

/** A position of its own, opened and closed. `side` is that of the opening. */
function trade(parts: TradeParts = {}): PlacedEvent[] {
  const { id = 'a', symbol = 'EURUSD', lots = '1', side = 'buy', openedAt = 0, seconds = 3600 } = parts;
  const { account = 'live:1', contractSize = '100000' } = parts;
  const base = { position: id, symbol, lots, account, contractSize };
  const opening = execution({
    id: `${id}-in`,
    at: second(openedAt),
    side,
    price: parts.open ?? '1.1',
    ...base,
    ...(parts.openCommission === undefined ? {} : { commission: parts.openCommission }),
  });
  const closing = execution({
    id: `${id}-out`,
    at: second(openedAt + seconds),
    side: side === 'buy' ? 'sell' : 'buy',
    entry: 'out',
    price: parts.close ?? '1.2',
    ...base,
    ...(parts.commission === undefined ? {} : { commission: parts.commission }),
    ...(parts.profit === undefined ? {} : { profit: parts.profit }),
  });
  const tell = (event: PlacedEvent, measures: Record<string, string> | undefined): PlacedEvent => ({
    ...event,
    content: { ...event.content, ...(measures === undefined ? {} : { measures }), ...parts.content },
  });
  return [tell(opening, parts.openMeasures), tell(closing, parts.measures)];
}

function decide(
  parts: ProgramParts,
  events: readonly PlacedEvent[],
  context: Partial<CustomerContext> = {},
): ReadonlyMap<string, EventDecision> {
  return decideExecutions({
    program: buildProgram(parts),
    context: { ...CONTEXT, ...context },
    groups: Map.groupBy(events, (event) => event.groupKey),
    pairLegs: events.filter((event) => event.pairKey !== null),
  });
}

/** 'partner level amount' of every line, in major units of USD; and 'partner reason' of every zero. */
function outcome(decisions: ReadonlyMap<string, EventDecision>): string[] {
  return [...decisions.values()].flatMap((decision) => [
    ...decision.lines.map(
      (line) => `${line.partnerId} ${line.level} ${(Number(line.amountMinor) / 100).toFixed(2)}`,
    ),
    ...(decision.zeros ?? []).map((zero) => `${zero.partnerId} ${zero.reason}`),
  ]);
}

/** What one component of ann's deal pays for a trade. */
function pays(component: object, parts: TradeParts = {}, more: object = {}): string[] {
  return outcome(decide({ deals: { ann: deal(component, more) } }, trade(parts)));
}

const PER_LOT = { kind: 'per_lot', rates: [{ rate: '7' }] };
const PER_MILLION = { kind: 'per_million', rates: [{ rate: '25' }] };
const SPREAD = { kind: 'spread_share', rates: [{ rate: '50' }] };
const BY_COMMISSION = { kind: 'commission_share', rates: [{ rate: '10' }] };

describe('forex vectors (semantics 13.6)', () => {
  const rows: [string, object, TradeParts, string[]][] = [
    // 5.425 is rounded at the cent, half to even.
    [
      'V-FX-2: notional 217000 at 25 per million',
      PER_MILLION,
      { lots: '2', close: '1.0850' },
      ['ann 1 5.42'],
    ],
    [
      'V-FX-3: half the spread of 0.16',
      SPREAD,
      { symbol: 'XAUUSD', contractSize: '100', measures: { ask: '4581.39', bid: '4581.23' } },
      ['ann 1 8.00'],
    ],
    [
      'V-FX-4: 30 % of 13.6 USD per lot',
      { ...SPREAD, rates: [{ rate: '30' }], spreadIn: 'money_per_lot' },
      { lots: '5', measures: { spread: '13.6' } },
      ['ann 1 20.40'],
    ],
    [
      'V-FX-13: at news times the average spread counts',
      { ...SPREAD, rates: [{ rate: '30' }], spreadIn: 'money_per_lot', newsProtection: 'on' },
      { lots: '5', measures: { spread: '27.2', average_spread: '13.6' } },
      ['ann 1 20.40'],
    ],
    [
      'V-FX-5: 10 points of a cent account',
      { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.00001' }] },
      { contractSize: '1000' },
      ['ann 1 0.10'],
    ],
    [
      'V-FX-6: 10 points of a standard account',
      { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.00001' }] },
      {},
      ['ann 1 10.00'],
    ],
    ['V-FX-7: 10 % of a commission of 70', BY_COMMISSION, { commission: '-70' }, ['ann 1 7.00']],
    [
      'V-FX-12: a lot-size modifier of 0.4',
      { ...PER_LOT, lotFactors: [{ accountType: 'mini', factor: '0.4' }], rates: [{ rate: '1' }] },
      { lots: '100', content: { extra: { accountType: 'mini' } } },
      ['ann 1 40.00'],
    ],
    [
      'V-FX-14: a cent lot is a hundredth',
      { kind: 'per_lot', rates: [{ rate: '1' }], lotFactors: [{ accountType: 'cent', factor: '0.01' }] },
      { contractSize: '1000', content: { extra: { accountType: 'cent' } } },
      ['ann 1 0.01'],
    ],
    [
      'V-FX-15: a move of 2.9 pips at a spread of 1.2',
      { ...PER_LOT, minimumMoveSpreads: '2.5' },
      { open: '1.10000', close: '1.10029', measures: { spread: '0.00012' } },
      ['ann trade_move_too_small'],
    ],
    [
      'the spread that the source tells goes before that of its prices',
      { ...PER_LOT, minimumMoveSpreads: '2.5' },
      { open: '1.0801', close: '1.0872', measures: { spread: '0.16', ask: '1.08512', bid: '1.085' } },
      ['ann trade_move_too_small'],
    ],
    [
      'ask less bid is the spread of a trade that tells no other',
      { ...PER_LOT, minimumMoveSpreads: '2.5' },
      { open: '1.0801', close: '1.0872', measures: { ask: '1.08512', bid: '1.085' } },
      ['ann 1 7.00'],
    ],
    [
      'a spread in money is no price where the prices are told',
      { ...SPREAD, spreadIn: 'money_per_lot', minimumMoveSpreads: '2.5' },
      { open: '1.0801', close: '1.0872', measures: { spread: '12', ask: '1.08512', bid: '1.085' } },
      ['ann 1 6.00'],
    ],
    [
      'V-FX-15: a move of 3.0 pips',
      { ...PER_LOT, minimumMoveSpreads: '2.5' },
      { open: '1.10030', close: '1.10000', measures: { spread: '0.00012' } },
      ['ann 1 7.00'],
    ],
    ['V-FX-16: 179 s', PER_LOT, { seconds: 179 }, ['ann trade_too_short']],
    ['V-FX-16: 180 s', PER_LOT, { seconds: 180 }, ['ann 1 7.00']],
    [
      'V-FX-17: a cap of 500 on 620',
      { kind: 'per_lot', rates: [{ rate: '62' }], capPerTrade: '500' },
      { lots: '10' },
      ['ann 1 500.00'],
    ],
    [
      'V-FX-8, V-FX-19: 4000 of 10000 are credit',
      { ...PER_LOT, creditBelow: '0.85' },
      { measures: { equity: '10000', credit: '4000' } },
      ['ann 1 4.20'],
    ],
    [
      'credit above the threshold does not matter',
      { ...PER_LOT, creditBelow: '0.6' },
      { measures: { equity: '10000', credit: '4000' } },
      ['ann 1 7.00'],
    ],
    [
      'nothing but credit',
      { ...PER_LOT, creditBelow: '0.6' },
      { measures: { equity: '4000', credit: '4000' } },
      ['ann trade_credit_funded'],
    ],
  ];
  test.each(rows)('%s', (_name, component, parts, expected) => {
    expect(pays(component, parts)).toEqual(expected);
  });

  const hedged: [string, [side: 'buy' | 'sell', lots: string][], string[]][] = [
    [
      'V-FX-9: buy 1.5; sell 0.4 and 0.6',
      [
        ['buy', '1.5'],
        ['sell', '0.4'],
        ['sell', '0.6'],
      ],
      ['ann 1 1.50', 'ann trade_hedged', 'ann trade_hedged'],
    ],
    [
      'V-FX-10: buy 1.5; sell 1.0 and 0.8',
      [
        ['buy', '1.5'],
        ['sell', '1'],
        ['sell', '0.8'],
      ],
      ['ann trade_hedged', 'ann 1 1.00', 'ann 1 0.80'],
    ],
    [
      'on a tie the shorts pay nothing',
      [
        ['sell', '1'],
        ['buy', '1'],
      ],
      ['ann trade_hedged', 'ann 1 1.00'],
    ],
  ];
  test.each(hedged)('%s', (_name, sides, expected) => {
    const events = sides.flatMap(([side, lots], index) => trade({ id: `p${index}`, side, lots }));
    const deals = { ann: deal({ kind: 'per_lot', rates: [{ rate: '1' }] }) };
    expect(outcome(decide({ deals }, events)).sort()).toEqual(expected.sort());
    expect(outcome(decide({ deals }, events.toReversed())).sort()).toEqual(expected.sort());
  });
});

test('on a tie it is the shorts that pay nothing', () => {
  const [long, short] = [trade({ id: 'l' }), trade({ id: 's', side: 'sell' })];
  const decisions = decide({ deals: { ann: deal(PER_LOT) } }, [...short, ...long]);
  expect(decisions.get(short[1]?.eventId ?? '')?.reason).toBe('trade_hedged');
  expect(decisions.get(long[1]?.eventId ?? '')?.lines).toHaveLength(1);
});

describe('who is netted against whom', () => {
  const long = trade({ id: 'l', lots: '2' });
  const rows: [string, object, TradeParts, string | undefined][] = [
    ['another account', {}, { account: 'live:2' }, undefined],
    ['another account, by customer', { hedgeBy: 'customer' }, { account: 'live:2' }, 'trade_hedged'],
    ['another symbol', {}, { symbol: 'GBPUSD' }, undefined],
    ['the next day', {}, { openedAt: 86_400 }, undefined],
    ['one that was filtered before', {}, { seconds: 10 }, 'trade_too_short'],
    ['netting that is off', { hedge: 'off' }, {}, undefined],
    ['the same day', {}, {}, 'trade_hedged'],
  ];
  test.each(rows)('%s', (_name, more, parts, reason) => {
    const short = trade({ id: 's', side: 'sell', lots: '1', ...parts });
    const decisions = decide({ deals: { ann: deal({ ...PER_LOT, ...more }) } }, [...long, ...short]);
    expect(decisions.get(short[1]?.eventId ?? '')?.reason).toBe(reason);
    expect(decisions.get(long[1]?.eventId ?? '')?.lines).toHaveLength(1);
  });

  test('the day is that of the server where its source has a zone', () => {
    // 23:30 and 00:30 UTC are one day in Athens.
    const night = [
      ...trade({ id: 'l', lots: '2', openedAt: 20 * 3600, seconds: 3.5 * 3600 }),
      ...trade({ id: 's', side: 'sell', openedAt: 20 * 3600, seconds: 4.5 * 3600 }),
    ];
    const program = buildProgram({ deals: { ann: deal(PER_LOT) } });
    const groups = Map.groupBy(night, (event) => event.groupKey);
    const netted = (zones: object): number =>
      [
        ...decideExecutions({
          program: { ...program, ...zones },
          context: CONTEXT,
          groups,
          pairLegs: [],
        }).values(),
      ].filter(({ reason }) => reason === 'trade_hedged').length;
    expect(netted({})).toBe(0);
    expect(netted({ sourceZones: new Map([['mt5', 'Europe/Athens']]) })).toBe(1);
  });

  test('a gated trade is outside the group', () => {
    const short = trade({ id: 's', side: 'sell', lots: '3', seconds: 7200 });
    const context: Partial<CustomerContext> = {
      statuses: [{ status: 'self_excluded', from: second(5000), to: second(9999), originId: 's' }],
    };
    const decisions = decide({ deals: { ann: deal(PER_LOT) } }, [...long, ...short], context);
    expect(decisions.get(short[1]?.eventId ?? '')?.reason).toBe('self_excluded');
    expect(decisions.get(long[1]?.eventId ?? '')?.lines).toHaveLength(1);
  });
});

describe('a trade that falls out says why, in the order of rules.md 2.13', () => {
  const all = {
    kind: 'per_lot',
    rates: [{ symbol: 'EURUSD', rate: '7' }],
    only: { accountTypes: ['ecn'], countries: [], products: [], brands: [] },
    excludedAccountTypes: ['test'],
    socialAccounts: 'excluded',
    pammMasters: 'excluded',
    excludedSymbols: ['BTCUSD'],
    zeroResult: 'excluded',
    negativeAccount: 'excluded',
    minimumMoveSpreads: '2.5',
  };
  const only = { ...all.only, accountTypes: [] };
  const extra = { social: 'true', pamm: 'master' };
  const rows: [string, object, TradeParts][] = [
    ['trade_excluded_account', all, { content: { extra } }],
    ['trade_excluded_account', { ...all, only }, { content: { extra: { ...extra, accountType: 'test' } } }],
    ['trade_social_account', { ...all, only }, { symbol: 'BTCUSD', content: { extra } }],
    ['trade_pamm_master', { ...all, only }, { symbol: 'BTCUSD', content: { extra: { pamm: 'master' } } }],
    ['trade_excluded_symbol', { ...all, only }, { symbol: 'BTCUSD', profit: '0' }],
    ['no_rate', { ...all, only }, { symbol: 'XAUUSD', profit: '0' }],
    ['trade_zero_result', { ...all, only }, { profit: '0', seconds: 1, measures: { balance: '-1' } }],
    ['trade_zero_result', { ...all, only }, { open: '1.2', close: '1.20' }],
    ['trade_zero_result', { ...BY_COMMISSION, zeroResult: 'excluded' }, { profit: '0', commission: '0' }],
    ['zero_amount', BY_COMMISSION, { profit: '0', commission: '0' }],
    ['trade_negative_account', { ...all, only }, { seconds: 1, measures: { balance: '-0.01' } }],
    ['trade_too_short', { ...all, only }, { seconds: 1, measures: { balance: '0', spread: '1' } }],
    ['trade_move_too_small', { ...all, only }, { measures: { balance: '0', spread: '1' } }],
    ['geo_out_of_scope', { ...PER_LOT, only: { countries: ['DE'] } }, {}],
    ['not_commissionable', { ...PER_LOT, only: { products: ['fx'] } }, {}],
    ['source_lacks_field', SPREAD, {}],
    ['source_lacks_field', BY_COMMISSION, {}],
    ['source_lacks_field', PER_MILLION, { contractSize: '' }],
    ['no_fx_rate', PER_MILLION, { symbol: 'EURGBP' }],
    ['no_fx_rate', BY_COMMISSION, { commission: '-7', content: { accountCurrency: 'EUR' } }],
    ['trade_too_short', { ...PER_MILLION, minimumDurationSeconds: 180 }, { symbol: 'EURGBP', seconds: 60 }],
    [
      'trade_too_short',
      { ...BY_COMMISSION, minimumDurationSeconds: 180 },
      { seconds: 60, commission: '-7', content: { accountCurrency: 'EUR' } },
    ],
  ];
  test.each(rows)('%s', (reason, component, parts) => {
    const events = trade(parts).map((event) =>
      parts.contractSize === '' && event.content.execution !== undefined
        ? { ...event, content: { ...event.content, execution: withoutSize(event.content.execution) } }
        : event,
    );
    expect(outcome(decide({ deals: { ann: deal(component) } }, events))).toEqual([`ann ${reason}`]);
  });

  test('a filter whose figure an event does not tell is skipped, and the line says which', () => {
    const lines = [
      ...decide({ deals: { ann: deal({ ...all, only, creditBelow: '0.5' }) } }, trade()).values(),
    ].flatMap((decision) => decision.lines);
    expect(lines.map((line) => line.basis['skipped'])).toEqual(['balance spread credit']);
  });
});

function withoutSize({ contractSize: _size, ...rest }: NonNullable<CanonicalEvent['execution']>) {
  return rest;
}

const rate = (base: string, quote: string, value: string): DatedRate => ({
  source: 'own',
  base,
  quote,
  rate: value,
  validFrom: second(-3600),
});

describe('money of other currencies', () => {
  const rates = [rate('EUR', 'USD', '1.2'), rate('EUR', 'GBP', '0.8'), rate('EUR', 'JPY', '120')];
  const rows: [string, object, TradeParts, string][] = [
    ['the notional of EURGBP comes from pounds', PER_MILLION, { symbol: 'EURGBP', close: '0.8' }, '3.00'],
    ['dollars that are bought are dollars already', PER_MILLION, { symbol: 'USDJPY', close: '100' }, '2.50'],
    [
      'what is no pair is in dollars',
      PER_MILLION,
      { symbol: 'US30', contractSize: '5', close: '40000' },
      '5.00',
    ],
    [
      'unless the deal says in what it is quoted',
      { ...PER_MILLION, quoteCurrencies: { GER40: 'EUR' } },
      { symbol: 'GER40', contractSize: '5', close: '40000' },
      '6.00',
    ],
    [
      'a commission in euros',
      BY_COMMISSION,
      { commission: '-70', content: { accountCurrency: 'EUR' } },
      '8.40',
    ],
    [
      'points of USDJPY are yen',
      { kind: 'per_lot', rates: [{ rate: '10', pointSize: '0.001' }] },
      { symbol: 'USDJPY' },
      '10.00',
    ],
  ];
  test.each(rows)('%s', (_name, component, parts, amount) => {
    expect(outcome(decide({ deals: { ann: deal(component) }, rates }, trade(parts)))).toEqual([
      `ann 1 ${amount}`,
    ]);
  });
});

test('a trade that asked for a rate of exchange says so, found or not, so that a later rate has it judged again', () => {
  const told = (currency: string, rates: DatedRate[]): (true | undefined)[] => {
    const events = trade({ commission: '-70', content: { accountCurrency: currency } });
    return [...decide({ deals: { ann: deal(BY_COMMISSION) }, rates }, events).values()].map(
      ({ rated }) => rated,
    );
  };
  expect(told('USD', [])).toEqual([undefined, undefined]);
  expect(told('EUR', [])).toEqual([undefined, true]);
  expect(told('EUR', [rate('EUR', 'USD', '1.2')])).toEqual([undefined, true]);
});

describe('spread and commission of both ends', () => {
  test.each([
    ['close', '8.00'],
    ['open', '4.00'],
    ['average', '6.00'],
  ])('the spread at %s', (spreadAt, amount) => {
    const parts = {
      symbol: 'XAUUSD',
      contractSize: '100',
      measures: { spread: '0.16' },
      openMeasures: { ask: '100.08', bid: '100' },
    };
    expect(pays({ ...SPREAD, spreadAt }, parts)).toEqual([`ann 1 ${amount}`]);
  });

  test('the commission of the opening is shared by its closings in proportion', () => {
    const events = [
      execution({ id: '1', at: second(0), lots: '1', commission: '-10' }),
      execution({ id: '2', at: second(3600), entry: 'out', side: 'sell', lots: '0.3', commission: '-1' }),
      execution({ id: '3', at: second(7200), entry: 'out', side: 'sell', lots: '0.7', commission: '-2' }),
    ];
    expect(outcome(decide({ deals: { ann: deal(BY_COMMISSION) } }, events))).toEqual([
      'ann 1 0.40',
      'ann 1 0.90',
    ]);
  });

  test('both sides of a trade pay twice the lots', () => {
    expect(pays({ ...PER_LOT, side: 'both' })).toEqual(['ann 1 14.00']);
  });

  test('the rate of one account goes before that of its symbol', () => {
    const rates = [{ rate: '7' }, { symbol: 'EURUSD', rate: '8' }, { account: 'live:1', rate: '9' }];
    expect(pays({ kind: 'per_lot', rates })).toEqual(['ann 1 9.00']);
    expect(pays({ kind: 'per_lot', rates }, { account: 'live:2' })).toEqual(['ann 1 8.00']);
  });
});

describe('levels by each deal (semantics 13.7)', () => {
  const parents = { ann: 'mid', mid: 'top' };
  const three = (
    mode: string,
    own: readonly [top: object, mid: object, leaf: object],
    parts: TradeParts = { lots: '10' },
    levels: object = {},
  ): string[] => {
    const [top, mid, leaf] = own.map((terms, index) =>
      deal({
        kind: 'per_lot',
        rates: [{ rate: '1' }],
        ...(index === 2 ? { levels: { mode, ...levels } } : {}),
        ...terms,
      }),
    );
    if (top === undefined || mid === undefined || leaf === undefined) throw new Error('three levels');
    return outcome(decide({ deals: { top, mid, ann: leaf }, parents }, trade(parts)));
  };
  const rateOf = (value: string): object => ({ rates: [{ rate: value }] });
  const over = (value: string): object => ({ overrides: [{ rate: value }] });
  const ratios = (level: string, more: object = {}): object => ({ ratios: { level, ...more } });

  test('V-ML-1, V-ML-2: differences, and fixed overrides', () => {
    expect(three('difference', [rateOf('10'), rateOf('7'), rateOf('4')])).toEqual([
      'ann 3 40.00',
      'mid 2 30.00',
      'top 1 30.00',
    ]);
    expect(three('additive_fixed', [over('2'), over('1'), rateOf('3')])).toEqual([
      'ann 3 30.00',
      'mid 2 10.00',
      'top 1 20.00',
    ]);
  });

  test('V-ML-3, V-ML-10: percentages of the rounded line below', () => {
    const terms = { overridePercent: '20' };
    expect(three('additive_percent', [terms, terms, rateOf('10')], { lots: '1' })).toEqual([
      'ann 3 10.00',
      'mid 2 2.00',
      'top 1 0.40',
    ]);
    // The line below is what counts as it was rounded: 300 % of 0.01, not of 0.014.
    const triple = { overridePercent: '300' };
    expect(three('additive_percent', [terms, triple, rateOf('0.014')], { lots: '1' })).toEqual([
      'ann 3 0.01',
      'mid 2 0.03',
      'top 1 0.01',
    ]);
  });

  test('V-ML-4: what is given up, at most what came in', () => {
    const give = (value: string, own = {}): object => ({ giveUps: [{ rate: value }], ...own });
    expect(three('pass_through', [give('9'), give('0.3'), give('1', rateOf('3'))])).toEqual([
      'ann 3 20.00',
      'mid 2 7.00',
      'top 1 3.00',
    ]);
    expect(three('pass_through', [{}, give('5'), give('1', rateOf('3'))])).toEqual(
      ['ann 3 20.00', 'mid zero_amount', 'top 1 10.00'].sort(
        (a, b) => Number(a.includes('zero')) - Number(b.includes('zero')),
      ),
    );
  });

  test('V-ML-5: the product of all ratios, and V-ML-8: thirds sum to the pot', () => {
    const leaf = { ...rateOf('10'), ratios: { level: '0.5', tier: '1.2', personal: '1', master: '0.8' } };
    expect(three('ratio', [{}, {}, leaf], { lots: '1' })).toEqual(['ann 3 4.80']);
    const third = ratios('0.33333333');
    expect(three('ratio', [third, third, { ...rateOf('10'), ...third }], { lots: '1' })).toEqual([
      'ann 3 3.33',
      'mid 2 3.33',
      'top 1 3.34',
    ]);
  });

  test('V-ML-7: a parent below its child earns nothing', () => {
    expect(three('difference', [rateOf('5'), rateOf('5'), rateOf('7')], { lots: '1' })).toEqual([
      'ann 3 7.00',
      'mid override_zero',
      'top override_zero',
    ]);
  });

  test('a cap per trade: the pot and its parts, or each line by its own deal', () => {
    const capped = { capPerTrade: '50' };
    expect(three('difference', [rateOf('10'), rateOf('7'), { ...rateOf('4'), ...capped }])).toEqual([
      'ann 3 20.00',
      'mid 2 15.00',
      'top 1 15.00',
    ]);
    expect(three('additive_fixed', [over('9'), { ...over('8'), ...capped }, rateOf('7')])).toEqual([
      'ann 3 70.00',
      'mid 2 50.00',
      'top 1 90.00',
    ]);
    const percent = { overridePercent: '50' };
    expect(three('additive_percent', [percent, percent, { ...rateOf('7'), ...capped }])).toEqual([
      'ann 3 50.00',
      'mid 2 25.00',
      'top 1 12.50',
    ]);
  });

  test('what is above the revenue is cut from the top down, the leaf last', () => {
    const own = [over('2'), over('1'), rateOf('3')] as const;
    const measures = (revenue: string): TradeParts => ({
      lots: '10',
      measures: { revenue },
      content: { currency: 'USD' },
    });
    expect(three('additive_fixed', own, measures('60'))).toHaveLength(3);
    expect(three('additive_fixed', own, measures('45'))).toEqual([
      'ann 3 30.00',
      'mid 2 10.00',
      'top 1 5.00',
    ]);
    expect(three('additive_fixed', own, measures('33'))).toEqual([
      'ann 3 30.00',
      'mid 2 3.00',
      'top levels_exceed_revenue',
    ]);
    expect(three('additive_fixed', own, measures('-1'))).toEqual([
      'ann levels_exceed_revenue',
      'mid levels_exceed_revenue',
      'top levels_exceed_revenue',
    ]);
    expect(three('additive_fixed', own, { lots: '10' }, { revenuePerUnit: '5' })).toEqual([
      'ann 3 30.00',
      'mid 2 10.00',
      'top 1 10.00',
    ]);
  });

  test('an ancestor in another currency is paid by its own deal at the rate of the trade, and has no part in a shared pot', () => {
    const leaf = deal({ ...BY_COMMISSION, levels: { mode: 'additive_fixed' } });
    const euro = (mode: string) =>
      deal({ ...BY_COMMISSION, levels: { mode }, overrides: [{ rate: '5' }] }, { currency: 'EUR' });
    const parts = { commission: '-70', content: { accountCurrency: 'USD' } };
    const program = {
      deals: { ann: leaf, mid: euro('additive_fixed') },
      parents: { ann: 'mid' },
      rates: [rate('EUR', 'USD', '1.25')],
    };
    expect(outcome(decide(program, trade(parts)))).toEqual(['ann 2 7.00', 'mid 1 2.80']);
    const shared = deal({ ...BY_COMMISSION, levels: { mode: 'difference' } });
    expect(
      outcome(decide({ ...program, deals: { ann: shared, mid: euro('difference') } }, trade(parts))),
    ).toEqual(['ann 2 7.00', 'mid no_fx_rate']);
  });
});

describe('steps and caps are settled by period', () => {
  const tiers = {
    bands: [
      { upTo: '100', rate: '5' },
      { upTo: null, rate: '7' },
    ],
  };
  test('the leaf brings its lots and their worth, the partners above are paid for the trade', () => {
    const deals = {
      ann: deal({ ...PER_LOT, tiers, caps: [{ by: 'money', limit: '1000', countries: ['DE'] }] }),
      mid: deal({ ...PER_LOT, overrides: [{ rate: '1' }] }),
    };
    const context = { countries: [{ from: ALWAYS, country: 'DE' }] };
    const decisions = [...decide({ deals, parents: { ann: 'mid' } }, trade({ lots: '2' }), context).values()];
    expect(decisions[1]?.lines.map((line) => `${line.partnerId} ${line.amountMinor}`)).toEqual(['mid 200']);
    expect(decisions[1]?.inputs).toEqual([
      {
        component: 'c',
        partnerId: 'ann',
        period: '2024-07-01',
        measures: {
          units: '2',
          count: '1',
          amount: '14',
          'units@DE': '2',
          'count@DE': '1',
          'amount@DE': '14',
        },
      },
    ]);
    expect(decisions[1]?.reason).toBeUndefined();
  });

  test('lots that credit funded are counted, and not paid', () => {
    const deals = { ann: deal({ ...PER_LOT, creditBelow: '0.85', tiers }) };
    const told = (credit: string) =>
      [...decide({ deals }, trade({ lots: '5', measures: { equity: '100', credit } })).values()].map(
        ({ inputs, zeros }) => inputs?.[0]?.measures ?? zeros?.[0]?.reason,
      )[1];
    expect(told('40')).toEqual({ units: '5', unpaid: '2', count: '1', amount: '21' });
    expect(told('10')).toEqual({ units: '5', count: '1', amount: '35' });
    expect(told('100')).toBe('trade_credit_funded');
  });

  test('money in another currency is told in the base currency too, or is left out until there is a rate', () => {
    const caps = [{ by: 'money', limit: '100' }];
    const deals = { ann: deal({ ...PER_LOT, caps }, { currency: 'EUR' }) };
    const [, told] = [...decide({ deals, rates: [rate('EUR', 'USD', '1.2')] }, trade()).values()];
    expect(told?.inputs?.[0]?.measures).toEqual({ units: '1', count: '1', amount: '7', $amount: '8.4' });
    expect(told?.reason).toBe('settled_by_period');
    const [, left] = [...decide({ deals }, trade()).values()];
    expect(left).toMatchObject({ reason: 'no_fx_rate' });
    expect(left?.inputs).toBeUndefined();
  });
});
