import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  buildProgram,
  cpaDeal,
  dealDocument,
  deposit,
  execution,
  kycFact,
  manualFact,
  perLotDeal,
  placed,
  registration,
  second,
} from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { decideExecutions } from './executions.ts';

// Days and hours are few on purpose, so that instants collide and ties are common.
const day = fc.integer({ min: 0, max: 6 }).map((n) => second(n * 86_400));
const moment = fc.integer({ min: 0, max: 8 }).map((n) => second(n * 100));
// Failed is rarer, because it takes everything and would leave little to compare.
const lenient = fc.constantFrom('pending', 'passed', 'passed', 'pending', 'passed', 'failed') as fc.Arbitrary<
  'pending' | 'passed' | 'failed'
>;
const partner = fc.constantFrom('ann', 'bob', null);
const lots = fc.constantFrom('0.3', '1', '2');

const PROP = dealDocument({
  currency: 'USD',
  components: [
    { id: 'share', kind: 'purchase_share', percent: '15', repeatPercent: '5' },
    { id: 'funded', kind: 'stage_payment', on: 'funded', amount: '20', once: 'customer' },
  ],
});

const PROGRAM = buildProgram({
  deals: {
    ann: {
      ...perLotDeal({ overrides: [{ rate: '1' }] }),
      components: [
        ...perLotDeal({ overrides: [{ rate: '1' }] }).components,
        ...cpaDeal({ windowDays: 5 }).components,
        ...PROP.components,
      ],
    },
    bob: cpaDeal({
      firstDeposit: 'cumulative_24h',
      baseline: '60',
      conditions: {
        any: [
          { metric: 'wagered', atLeast: '15' },
          {
            all: [
              { metric: 'active_days', atLeast: '2' },
              { metric: 'net_deposits', atLeast: '90' },
            ],
          },
        ],
      },
      clawback: { schedule: [{ beforeMonth: 1, percent: '50' }] },
    }),
    top: [
      {
        from: second(3 * 86_400),
        document: {
          ...perLotDeal({ overrides: [{ rate: '2' }] }),
          components: [
            ...perLotDeal({ overrides: [{ rate: '2' }] }).components,
            ...cpaDeal({ override: '9' }).components,
          ],
        },
      },
    ],
  },
  defaultDeal: {
    ...cpaDeal({ requireKyc: true, amount: '70' }),
    components: [
      ...cpaDeal({ requireKyc: true, amount: '70' }).components,
      ...perLotDeal({ levels: { mode: 'difference' } }).components,
    ],
  },
  parents: { ann: 'top' },
  partners: ['bob'],
});

const evidence = fc.array(
  fc.oneof(
    fc.tuple(day, partner).map(
      ([at, id]): Make =>
        (n) =>
          registration(at, { id: n, ...click(id, at) }),
    ),
    fc.tuple(day, fc.constantFrom('10', '50', '80'), fc.constantFrom(undefined, 't')).map(
      ([at, amount, transactionId]): Make =>
        (n) =>
          deposit(at, n, amount, transactionId === undefined ? {} : { transactionId }),
    ),
    fc.tuple(day, fc.constantFrom('10', '50')).map(
      ([at, amount]): Make =>
        (n) =>
          placed({ kind: 'chargeback', at, id: n, amount, currency: 'USD', transactionId: 't' }),
    ),
    fc.tuple(day, fc.constantFrom('bet', 'rollback', 'withdrawal'), fc.constantFrom('5', '10')).map(
      ([at, kind, amount]): Make =>
        (n) =>
          placed({ kind: kind as 'bet', at, id: n, amount, currency: 'USD', transactionId: 'b' }),
    ),
    fc.tuple(day, fc.constantFrom('0', '90', '250'), fc.constantFrom('p', 'q')).map(
      ([at, amount, transactionId]): Make =>
        (n) =>
          placed({ kind: 'challenge_purchased', at, id: n, amount, currency: 'USD', transactionId }),
    ),
    fc
      .tuple(
        day,
        fc.constantFrom('refund', 'chargeback', 'funded'),
        fc.constantFrom('30', '90'),
        fc.constantFrom('p', 'q'),
      )
      .map(
        ([at, kind, amount, originalId]): Make =>
          (n) =>
            placed({ kind: kind as 'refund', at, id: n, amount, currency: 'USD', originalId }),
      ),
    fc.tuple(day, lenient).map(
      ([at, kyc]): Make =>
        (n) =>
          placed({ kind: 'kyc_status', at, id: n, kyc: { status: kyc } }),
    ),
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          moment,
          fc.constantFrom('in', 'in', 'out', 'inout', 'out_by'),
          lots,
          fc.constantFrom('a', 'b'),
          // Both directions, so that the sides of a day are netted against each other.
          fc.boolean(),
        )
        .map(
          ([at, entry, size, position, short]): Make =>
            (n) =>
              execution({
                id: n,
                at,
                entry: entry as 'in',
                side: (entry === 'in') === short ? 'sell' : 'buy',
                lots: size,
                position,
                closeByPosition: position === 'a' ? 'b' : 'a',
              }),
        ),
    },
  ),
  { minLength: 3, maxLength: 24, size: 'max' },
);

type Make = (id: string) => PlacedEvent;

function click(partnerId: string | null, at: Instant): object {
  return partnerId === null
    ? {}
    : {
        clickId: 'c',
        extra: { clickLinkId: 'l', clickPartnerId: partnerId, clickAt: new Date(at / 1000).toISOString() },
      };
}

const writtenFacts = fc.array(
  fc.oneof(
    fc.tuple(day, partner).map(
      ([at, id]) =>
        (n: string): CustomerFact =>
          manualFact(n, at, id),
    ),
    fc.tuple(day, lenient).map(
      ([at, kyc]) =>
        (n: string): CustomerFact =>
          kycFact(n, at, kyc),
    ),
  ),
  { maxLength: 4 },
);

/** Everything that is decided, in a form that does not know the order in which it was asked, nor ids that depend on it. */
function decideAll(events: readonly PlacedEvent[], facts: readonly CustomerFact[]): unknown {
  const scope = decideCustomerScope({
    program: PROGRAM,
    customerId: 'c',
    facts,
    events: events.filter((event) => event.groupKey === 'c'),
  });
  const groups = new Map<string, PlacedEvent[]>();
  for (const event of events.filter((one) => one.groupKey !== 'c'))
    groups.set(event.groupKey, [...(groups.get(event.groupKey) ?? []), event]);
  const trades = decideExecutions({
    program: PROGRAM,
    context: scope.context,
    groups,
    pairLegs: events.filter((event) => event.pairKey !== null),
  });
  const bonds = scope.context.attributions.map(({ from, partnerId, reason }) => ({
    from,
    partnerId,
    reason,
  }));
  return {
    bonds,
    claims: scope.claims,
    lines: scope.lines,
    summary: scope.summary,
    decisions: sorted(scope.decisions),
    trades: sorted(trades),
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function shuffled<T>(list: readonly T[], keys: readonly number[]): T[] {
  return list
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const keys = fc.array(fc.nat({ max: 1000 }), { minLength: 30, maxLength: 30 });

describe('decisions do not depend on the order of the evidence (rules.md 1.3)', () => {
  test('events and facts in any order, facts written under other ids, give the same decisions', () => {
    let paying = 0;
    fc.assert(
      fc.property(evidence, writtenFacts, keys, (made, written, chance) => {
        const events = [
          registration(second(0), click('ann', second(0))),
          ...made.map((make, index) => make(String(index))),
        ];
        const facts = written.map((make, index) => make(`fact-${index}`));
        const later = shuffled(written, chance).map((make, index) => make(`fact-${index}`));
        const once = decideAll(events, facts);
        paying += JSON.stringify(once).includes('amountMinor') ? 1 : 0;
        expect(decideAll(shuffled(events, chance), later)).toEqual(once);
      }),
      { numRuns: 500 },
    );
    // Evidence that never pays would prove nothing.
    expect(paying).toBeGreaterThan(100);
  }, 30_000);

  test('an order-dependent variant is caught by the same property', () => {
    // The variant takes the first registration that arrived for the registration, as a careless reading would.
    const careless = (events: readonly PlacedEvent[]): unknown => {
      const first = events.find((event) => event.content.kind === 'registration');
      return decideAll(
        events.filter((event) => event.content.kind !== 'registration' || event === first),
        [],
      );
    };
    const property = fc.property(evidence, keys, (made, chance) => {
      const events = [registration(second(0)), ...made.map((make, index) => make(String(index)))];
      expect(careless(shuffled(events, chance))).toEqual(careless(events));
    });
    expect(fc.check(property, { numRuns: 500 }).failed).toBe(true);
  });
});
