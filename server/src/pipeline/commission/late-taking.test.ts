import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  dealDocument,
  deposit,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import type { PeriodInput } from './facts.ts';

// rules.md 2.10 with `late: current_period`: what takes something back counts no earlier than what it takes back.

const IN_JULY = at('2024-07-05T12:00:00Z');
const CHARGED_BACK = at('2024-07-20T12:00:00Z');
const CLOSED = at('2024-08-02T00:00:00Z');
const LATE = at('2024-08-10T00:00:00Z');

const late = (event: PlacedEvent): PlacedEvent => ({ ...event, receivedAt: LATE });

/** What every event and the customer bring, by component: `month measure amount`. */
function inputsOf(components: readonly object[], events: readonly PlacedEvent[]): readonly PeriodInput[] {
  const document = dealDocument({ currency: 'USD', late: 'current_period', components });
  const program = {
    ...buildProgram({ deals: { ann: document } }),
    closedPeriods: [{ period: '2024-07-01', closedAt: CLOSED }],
  };
  const decision = decideCustomerScope({
    program,
    customerId: derivedUuid('customer', program.id, 'customer', '17'),
    facts: [],
    events: [referredRegistration(at('2024-07-01T00:00:00Z')), ...events],
  });
  return [...decision.inputs, ...[...decision.decisions.values()].flatMap(({ inputs }) => inputs ?? [])];
}

const chargebackOf = (original: string): PlacedEvent =>
  placed({
    kind: 'chargeback',
    at: CHARGED_BACK,
    id: 'back',
    originalId: original,
    amount: '100',
    currency: 'USD',
  });

describe('what takes back something that was told late', () => {
  test('takes an advance in the month in which it is one', () => {
    const cpa = { id: 'cpa', kind: 'cpa', amount: '50', minimumDeposit: '100' };
    const share = { id: 'share', kind: 'revshare', base: 'ggr', percent: '10', recoup: { component: 'cpa' } };
    const inputs = inputsOf([cpa, share], [late(deposit(IN_JULY, 'd1', '100')), chargebackOf('d1')]);
    expect(
      inputs.flatMap(({ period, measures }) =>
        measures['cpa'] === undefined ? [] : [period, measures['cpa']],
      ),
    ).toEqual(['2024-08-01', '50', '2024-08-01', '-50']);
  });

  test('takes a purchase in the month in which it counts', () => {
    const share = {
      id: 'share',
      kind: 'purchase_share',
      percent: '10',
      caps: [{ by: 'money', limit: '500', per: 'period', overflow: 'reject' }],
    };
    const bought = placed({
      kind: 'challenge_purchased',
      at: IN_JULY,
      id: 'p1',
      amount: '100',
      currency: 'USD',
    });
    const inputs = inputsOf([share], [late(bought), chargebackOf('p1')]);
    expect(inputs.map(({ period, measures }) => `${period} ${measures['amount']}`)).toEqual([
      '2024-08-01 10',
      '2024-08-01 -10',
    ]);
  });

  test('that came late itself takes a CPA of a limit in the month that is open', () => {
    const cpa = {
      id: 'cpa',
      kind: 'cpa',
      amount: '50',
      minimumDeposit: '100',
      caps: [{ by: 'count', limit: '5', per: 'period', overflow: 'reject' }],
    };
    const told = [deposit(IN_JULY, 'd1', '100'), late(chargebackOf('d1'))];
    const [input] = inputsOf([cpa], told);
    expect([input?.period, input?.candidate?.taken?.period]).toEqual(['2024-07-01', '2024-08-01']);
  });
});

test('what comes too late for its month is counted by the terms of the month in which it counts', () => {
  const share = (base: string, countries: string[]) =>
    dealDocument({
      currency: 'USD',
      late: 'current_period',
      components: [{ id: 'share', kind: 'revshare', base, percent: '10', only: { countries } }],
    });
  const program = (countries: string[]) => ({
    ...buildProgram({
      deals: {
        ann: [
          { from: at('2024-01-01T00:00:00Z'), document: share('ngr', ['FR']) },
          { from: at('2024-08-01T00:00:00Z'), document: share('bets', countries) },
        ],
      },
    }),
    closedPeriods: [{ period: '2024-07-01', closedAt: CLOSED }],
  });
  const bet = placed({ kind: 'bet', at: IN_JULY, id: 'b1', amount: '100', currency: 'USD' });
  const inputsBy = (countries: string[], event: PlacedEvent) =>
    decideCustomerScope({
      program: program(countries),
      customerId: 'cus',
      facts: [],
      events: [{ ...referredRegistration(at('2024-07-01T00:00:00Z')) }, event],
    }).decisions.get(event.eventId)?.inputs;
  expect(inputsBy([], late(bet))).toMatchObject([
    { period: '2024-08-01', lateOf: '2024-07-01', measures: { bets: '100', activity: '1' } },
  ]);
  expect(inputsBy(['AT'], late(bet))).toBeUndefined();
  expect(inputsBy([], bet)).toBeUndefined();
});

describe('what comes late and changes nothing of a CPA that was known in time', () => {
  const cpa = {
    id: 'cpa',
    kind: 'cpa',
    amount: '50',
    minimumDeposit: '100',
    conditions: { metric: 'active_days', atLeast: '1' },
  };
  const share = { id: 'share', kind: 'revshare', base: 'ggr', percent: '10', recoup: { component: 'cpa' } };
  const capped = { ...cpa, caps: [{ by: 'count', limit: '5', per: 'period', overflow: 'reject' }] };
  const bet = (when: string): PlacedEvent =>
    placed({ kind: 'bet', at: at(when), id: 'b', amount: '5', currency: 'USD' });
  const advances = (events: readonly PlacedEvent[]): string[] =>
    inputsOf([cpa, share], events).flatMap(({ period, measures }) =>
      measures['cpa'] === undefined ? [] : [`${period} ${measures['cpa']}`],
    );

  test.each([
    ['before it, on the same day', '2024-07-05T09:00:00Z'],
    ['on an earlier day of its month', '2024-07-03T09:00:00Z'],
    ['after it', '2024-07-06T09:00:00Z'],
  ])('leaves its advance in its month: %s', (_, when) => {
    expect(advances([deposit(IN_JULY, 'd1', '100'), late(bet(when))])).toEqual(['2024-07-01 50']);
  });

  test('leaves it in its month where it is counted by a limit, too', () => {
    const told = [deposit(IN_JULY, 'd1', '100'), late(bet('2024-07-05T09:00:00Z'))];
    expect(
      inputsOf([capped], told).flatMap(({ period, candidate }) => (candidate === undefined ? [] : [period])),
    ).toEqual(['2024-07-01']);
  });

  test('and moves it where it was not enough without', () => {
    expect(advances([late(deposit(IN_JULY, 'd1', '100')), bet('2024-07-05T09:00:00Z')])).toEqual([
      '2024-08-01 50',
    ]);
  });
});
