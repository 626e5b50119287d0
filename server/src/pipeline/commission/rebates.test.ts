import { describe, expect, test } from 'vitest';
import { ALWAYS, buildProgram, dealDocument, execution, second } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { RebateRule } from '../../registry/rebates/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { diffLines } from './difference.ts';
import { decideExecutions } from './executions.ts';
import { EMPTY_CONTEXT, naturalKeyOf } from './facts.ts';
import type { CustomerContext, EventDecision, Line } from './facts.ts';
import { listRebates } from './rebates.ts';

const EVER = Number.POSITIVE_INFINITY as Instant;

function rule(percent: string, more: Partial<RebateRule> = {}): RebateRule {
  return {
    id: 'rule-1',
    partnerId: 'ann',
    whom: { kind: 'all' },
    percent,
    components: null,
    every: 'month',
    from: ALWAYS,
    until: EVER,
    ...more,
  };
}

const CONTEXT: CustomerContext = {
  ...EMPTY_CONTEXT,
  registeredAt: second(-86_400),
  registrationId: 'r',
  attributions: [{ from: ALWAYS, partnerId: 'ann', winner: null, losers: [] }],
};

function line(amountMinor: string, currency: string, more: Partial<Line> = {}): Line {
  return {
    component: 'lots',
    partnerId: 'ann',
    level: 2,
    amountMinor,
    currency,
    holdDay: '2024-07-03',
    holdReason: '',
    dealId: 'd',
    dealVersion: 1,
    leaf: true,
    basis: {},
    ...more,
  };
}

/** What ann gives of lines, in minor units, or why nothing. */
function given(
  percent: string,
  lines: readonly Line[],
  rounding: 'half_even' | 'half_up' = 'half_even',
): string[] {
  const document = dealDocument({
    currency: 'USD',
    rounding,
    components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '1' }] }],
  });
  const program = {
    ...buildProgram({ deals: { ann: document } }),
    rebates: new Map([['ann', [rule(percent)]]]),
  };
  const deal = program.dealsOf.get('ann')![0]!;
  const at = second(0);
  const sale = { program, customerId: 'carl', leafId: 'ann', attribution: CONTEXT.attributions[0], deal, at };
  const { lines: rebates, zeros } = listRebates(sale, lines);
  return [...rebates.map((one) => one.amountMinor), ...zeros.map(({ reason }) => reason)];
}

describe('what is given of a line, rounded once as the deal rounds', () => {
  test.each([
    ['25 % of 7.00 USD', '25', '700', 'USD', 'half_even', '-175'],
    // 0.125 and 0.375: half a cent goes to the even one, or up.
    ['half a cent, to the even', '12.5', '100', 'USD', 'half_even', '-12'],
    ['half a cent, up', '12.5', '100', 'USD', 'half_up', '-13'],
    ['half a cent, to the even above', '12.5', '300', 'USD', 'half_even', '-38'],
    ['33 1/3 % of 0.10', '33.3333', '10', 'USD', 'half_even', '-3'],
    ['whole yen', '12.5', '100', 'JPY', 'half_even', '-12'],
    ['thousandths of a dinar', '12.5', '1001', 'BHD', 'half_even', '-125'],
    ['everything', '100', '701', 'USD', 'half_even', '-701'],
    ['nothing, by a rule', '0', '700', 'USD', 'half_even', 'rebate_none'],
    ['less than half a cent', '1', '49', 'USD', 'half_even', 'rounded_to_zero'],
    // 1 % of 0.50 is half a cent: to the even one, which is nothing.
    ['half a cent that is nothing', '1', '50', 'USD', 'half_even', 'rounded_to_zero'],
    ['half a cent that is one', '1', '50', 'USD', 'half_up', '-1'],
    ['a line that takes', '25', '-700', 'USD', 'half_even', '175'],
  ] as const)('%s', (_what, percent, amount, currency, rounding, expected) => {
    expect(given(percent, [line(amount, currency)], rounding)).toEqual([expected]);
  });

  test('the levels above give nothing of theirs', () => {
    expect(
      given('25', [line('700', 'USD'), line('100', 'USD', { partnerId: 'top', level: 1, leaf: false })]),
    ).toEqual(['-175']);
  });

  test('hold and reason are those of the commission, and the key has the rule and the span', () => {
    const program = {
      ...buildProgram({ deals: { ann: dealDocument(DEAL) } }),
      rebates: new Map([['ann', [rule('50')]]]),
    };
    const deal = program.dealsOf.get('ann')![0]!;
    const of = line('700', 'USD', { holdReason: 'kyc_pending', basis: { opensOn: '2024-07-09' } });
    const sale = { program, customerId: 'c', leafId: 'ann', attribution: undefined, deal, at: second(0) };
    const [rebate] = listRebates(sale, [of]).lines;
    expect(rebate).toMatchObject({
      holdDay: of.holdDay,
      holdReason: 'kyc_pending',
      level: 2,
      basis: { of: '7.00', opensOn: '2024-07-09' },
    });
    expect(naturalKeyOf({ ...rebate!, eventId: 'e1', customerId: 'c' })).toBe(
      'e:e1:rebate/lots/rule-1/2024-07-01:ann:2',
    );
  });
});

function trade(id: string, openedAt: number, lots = '1'): PlacedEvent[] {
  const base = { position: id, symbol: 'EURUSD', lots, account: 'live:1', contractSize: '100000' };
  return [
    execution({ id: `${id}-in`, at: second(openedAt), side: 'buy', price: '1.1', ...base }),
    execution({
      id: `${id}-out`,
      at: second(openedAt + 3600),
      side: 'sell',
      entry: 'out',
      price: '1.2',
      ...base,
    }),
  ];
}

const DEAL = { currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }] }] };

interface Case {
  readonly document?: object;
  readonly rules: readonly RebateRule[];
  readonly attribution?: CustomerContext['attributions'][number];
  readonly merges?: Record<string, { into: string; at: Instant }>;
}

function decide(
  { document = DEAL, rules, attribution, merges = {} }: Case,
  events: readonly PlacedEvent[],
): EventDecision[] {
  const program = {
    ...buildProgram({ deals: { ann: dealDocument(document) }, merges }),
    rebates: new Map([['ann', rules]]),
  };
  const decided = decideExecutions({
    program,
    customerId: 'carl',
    context: { ...CONTEXT, attributions: [attribution ?? CONTEXT.attributions[0]!] },
    groups: Map.groupBy(events, (event) => event.groupKey),
    pairLegs: [],
  });
  return [...decided.values()].filter(({ lines, zeros = [] }) => lines.length + zeros.length > 0);
}

const amounts = (decisions: readonly EventDecision[]): string[] =>
  decisions.flatMap(({ lines, zeros = [] }) => [
    ...lines.map((one) => `${one.component} ${one.amountMinor}`),
    ...zeros.map((one) => `${one.component} ${one.reason}`),
  ]);

describe('trades', () => {
  test('pay the commission whole, and the rebate beside it', () => {
    expect(amounts(decide({ rules: [rule('25')] }, trade('a', 0)))).toEqual(['lots 700', 'rebate/lots -175']);
  });

  test('give by the rule in force when they were closed', () => {
    const rules = [rule('10', { until: second(5000) }), rule('20', { id: 'rule-2', from: second(5000) })];
    const told = [...trade('a', 0), ...trade('b', 3000)];
    expect(amounts(decide({ rules }, told))).toEqual([
      'lots 700',
      'rebate/lots -70',
      'lots 700',
      'rebate/lots -140',
    ]);
  });

  test('of which a limit of the trade leaves less give of what is paid', () => {
    const [component] = DEAL.components;
    const document = { ...DEAL, components: [{ ...component, capPerTrade: '5' }] };
    expect(amounts(decide({ document, rules: [rule('50')] }, trade('a', 0)))).toEqual([
      'lots 500',
      'rebate/lots -250',
    ]);
  });

  test('that are settled by month give nothing: their sum is of all customers', () => {
    const [component] = DEAL.components;
    const document = {
      ...DEAL,
      components: [{ ...component, caps: [{ by: 'money', per: 'period', limit: '5' }] }],
    };
    expect(amounts(decide({ document, rules: [rule('50')] }, trade('a', 0)))).toEqual([]);
  });

  test('give by the link of the customer, and by the customer, also where it was merged', () => {
    const winner = {
      kind: 'click',
      partnerId: 'ann',
      linkId: 'l1',
      campaign: 'spring',
      at: ALWAYS,
      originId: 'o',
    } as const;
    const attribution = { from: ALWAYS, partnerId: 'ann', winner, losers: [] };
    const rules = [
      rule('10', { id: 'c', whom: { kind: 'campaign', campaign: 'spring' } }),
      rule('20', { id: 'l', whom: { kind: 'link', linkId: 'l1' } }),
    ];
    expect(amounts(decide({ rules, attribution }, trade('a', 0)))).toEqual(['lots 700', 'rebate/lots -140']);
    const own = [...rules, rule('30', { id: 'm', whom: { kind: 'customer', customerId: 'dora' } })];
    expect(amounts(decide({ rules: own, attribution }, trade('a', 0)))).toEqual([
      'lots 700',
      'rebate/lots -140',
    ]);
    const merges = { dora: { into: 'carl', at: second(9000) } };
    expect(amounts(decide({ rules: own, attribution, merges }, trade('a', 0)))).toEqual([
      'lots 700',
      'rebate/lots -210',
    ]);
  });
});

test('another rule is a minus under the one and a plus under the other', () => {
  const before = decide({ rules: [rule('10')] }, trade('a', 0))[0]!.lines;
  const after = decide({ rules: [rule('20', { id: 'rule-2' })] }, trade('a', 0))[0]!.lines;
  const scope = { customerId: 'carl', customerLane: 1, eventId: 'e', causedAt: '2024-07-01T01:00:00.000Z' };
  expect(diffLines(scope, before, after).map((one) => `${one.rebate?.rule} ${one.amountMinor}`)).toEqual([
    'rule-1 70',
    'rule-2 -140',
  ]);
  expect(diffLines(scope, after, after)).toEqual([]);
});
