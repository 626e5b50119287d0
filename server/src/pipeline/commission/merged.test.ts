// Merged customers as one, without a database: whose facts count, whose attribution holds, what each claims.
import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  deposit,
  manualFact,
  placed,
  registration,
} from '../../../test/support/evidence.ts';
import { customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import { findJoinedAt, listMembers, livesWith } from '../../registry/facts.ts';
import type { Merge } from '../../registry/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { listFactsThatCount } from './members.ts';

const PROGRAM = buildProgram().id;
const [EARLY, LATE] = [customerIdOf(PROGRAM, 'customer', 'early'), customerIdOf(PROGRAM, 'customer', 'late')];
const MERGED_AT = at('2024-07-20T00:00:00Z');

const programWith = (merges: Readonly<Record<string, Merge>>) =>
  buildProgram({ deals: { ann: cpaDeal(), ben: cpaDeal() }, merges });

const day = (n: number): Instant => at(`2024-07-${String(n).padStart(2, '0')}T00:00:00Z`);
const registered = (value: string, on: number, partner?: string): PlacedEvent =>
  registration(day(on), {
    id: `reg-${value}`,
    identifiers: [{ namespace: 'customer', value }],
    ...(partner === undefined
      ? {}
      : {
          clickId: `click-${value}`,
          extra: {
            clickLinkId: `link-${value}`,
            clickPartnerId: partner,
            clickAt: new Date(day(on) / 1000).toISOString(),
          },
        }),
  });

function decide(events: readonly PlacedEvent[], facts: readonly CustomerFact[] = []) {
  const program = programWith({ [LATE]: { into: EARLY, at: MERGED_AT } });
  return decideCustomerScope({ program, customerId: EARLY, facts, events });
}

describe('the attribution of merged customers', () => {
  const events = [registered('early', 1, 'ann'), registered('late', 3, 'ben'), deposit(day(5), 'd', '60')];

  test('is that of the earliest registration, the others lose as merged', () => {
    const { context, decisions, lines } = decide(events);
    const [bond] = context.attributions;
    expect([bond?.partnerId, bond?.losers.map((one) => [one.partnerId, one.lost])]).toEqual([
      'ann',
      [['ben', 'merged']],
    ]);
    expect(decisions.get(events[1]?.eventId ?? '')?.reason).toBe('merged');
    expect(lines.map((line) => [line.partnerId, line.amountMinor])).toEqual([['ann', '10000']]);
  });

  test('is nobody\u2019s where the earliest was organic', () => {
    const { context } = decide([registered('early', 1), ...events.slice(1)]);
    expect(context.attributions.map((bond) => bond.partnerId)).toEqual([null]);
  });

  test('an earlier click of a report about the later one is merged too', () => {
    const report = { ...registered('late', 3, 'ben'), sourceSlug: 'tracker' };
    const { context } = decide([registered('early', 4), registered('late', 3), report]);
    // The later customer registered first here: the report is of the earliest registration, and wins.
    expect(context.attributions[0]?.partnerId).toBe('ben');
  });

  test('what was attributed by hand to the other before the merge falls away, what came after it does not', () => {
    const of = (fact: CustomerFact): CustomerFact => ({ ...fact, ofCustomer: LATE });
    const before = of(manualFact('f1', day(6), 'ben'));
    const after = of(manualFact('f2', day(21), 'ben'));
    const own = manualFact('f3', day(7), 'ben');
    const partners = (facts: readonly CustomerFact[]) =>
      decide(events, facts).context.attributions.map((bond) => bond.partnerId);
    expect([partners([before]), partners([after]), partners([own])]).toEqual([
      ['ann'],
      ['ann', 'ben'],
      ['ann', 'ben'],
    ]);
  });

  test('does not depend on the order of the evidence', () => {
    const other = placed({ kind: 'deposit', at: day(4), id: 'x', amount: '70', currency: 'USD' });
    const all = [...events, other];
    const said = (list: readonly PlacedEvent[]): string => {
      const { context, lines, claims } = decide(list);
      return JSON.stringify([context, lines, claims]);
    };
    expect(said([...all].reverse())).toBe(said(all));
  });
});

describe('what bars a merged customer', () => {
  const events = [registered('early', 1, 'ann'), registered('late', 3, 'ben')];
  const END = Number.POSITIVE_INFINITY as Instant;
  const fact = (status: 'duplicate' | 'self_excluded', ofCustomer?: string): CustomerFact => ({
    id: `${status} of ${ofCustomer ?? 'its own'}`,
    kind: 'status',
    status,
    from: day(2),
    to: END,
    ...(ofCustomer === undefined ? {} : { ofCustomer }),
  });
  const told = (value: string): PlacedEvent => ({
    ...placed({ kind: 'kyc_status', at: day(2), id: value, customerStatus: { status: 'duplicate' } }),
    identifierId: identifierIdOf(PROGRAM, 'customer', value),
  });
  const bars = (facts: readonly CustomerFact[], more: readonly PlacedEvent[] = []): string[] =>
    decide([...events, ...more], facts).context.statuses.map(({ status }) => status);

  test('is not that the other one was a duplicate, by a fact or by an event', () => {
    expect(bars([fact('duplicate', LATE)])).toEqual([]);
    expect(bars([], [told('late')])).toEqual([]);
  });

  test('is that it is a duplicate itself, and what is true of one person under each name', () => {
    expect(bars([fact('duplicate')])).toEqual(['duplicate']);
    expect(bars([], [told('early')])).toEqual(['duplicate']);
    expect(bars([fact('self_excluded', LATE)])).toEqual(['self_excluded']);
  });
});

describe('claims', () => {
  test('a survivor claims what those merged into it claim, and a denial to one is not one to the other', () => {
    const denial = (ofCustomer: string | undefined): CustomerFact => ({
      kind: 'identifier_denial',
      id: 'n1',
      namespace: 'customer',
      value: 'late',
      from: day(9),
      to: Infinity as Instant,
      ...(ofCustomer === undefined ? {} : { ofCustomer }),
    });
    const ends = (facts: readonly CustomerFact[]) =>
      decide([registered('early', 1), registered('late', 3)], facts)
        .claims.map((claim) => [claim.value, claim.to])
        .toSorted();
    expect(ends([])).toEqual([
      ['early', Infinity],
      ['late', Infinity],
    ]);
    expect(ends([denial(LATE)])).toContainEqual(['late', day(9)]);
    expect(ends([denial(undefined)])).toContainEqual(['late', Infinity]);
  });
});

describe('who lives with whom', () => {
  const merges = { a: { into: 'b', at: day(3) }, b: { into: 'c', at: day(2) }, d: { into: 'c', at: day(4) } };
  const program = programWith(merges);

  test('chains end at one', () => {
    expect(['a', 'b', 'c', 'x'].map((id) => livesWith(program, id))).toEqual(['c', 'c', 'c', 'x']);
    expect([listMembers(program, 'c'), listMembers(program, 'a')]).toEqual([['c', 'a', 'b', 'd'], []]);
  });

  test('two are joined by the last of the merges between them', () => {
    expect([
      findJoinedAt(program, 'a', 'c'),
      findJoinedAt(program, 'b', 'c'),
      findJoinedAt(program, 'a', 'd'),
      findJoinedAt(program, 'a', 'a'),
    ]).toEqual([day(3), day(2), day(4), undefined]);
  });

  test('facts count with whom their customer lives, and only there', () => {
    const own = manualFact('own', day(1), 'ann');
    const copied: CustomerFact = { ...own, id: 'copied', ofCustomer: 'a' };
    const stale: CustomerFact = { ...own, id: 'stale', ofCustomer: 'x' };
    const ids = (id: string) => listFactsThatCount(program, id, [own, copied, stale]).map((fact) => fact.id);
    expect([ids('c'), ids('b'), ids('x')]).toEqual([['own', 'copied'], [], ['own', 'stale']]);
  });
});
