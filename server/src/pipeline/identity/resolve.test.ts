import { describe, expect, it } from 'vitest';
import { customerIdOf } from '../../kernel/derived-ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import { groupKeyOf, pairKeyOf } from './group.ts';
import { earliestOverlap, resolveEvent } from './resolve.ts';
import type { Claim } from './resolve.ts';

const EVER = Number.NEGATIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

function claim(customerId: string, from: number, to: number): Claim {
  return { customerId, from: from as Instant, to: to as Instant };
}

function deposit(occurredAt: number) {
  const content = { kind: 'deposit', identifiers: [{ namespace: 'mt5:live', value: '7' }] } as const;
  return { programId: 'p', registrar: false, occurredAt: occurredAt as Instant, content };
}

const TABLE: [string, number, Claim[], string][] = [
  ['nobody claims it', 5, [], 'unknown_customer'],
  ['one customer claims it for ever', 5, [claim('a', EVER, NEVER)], 'a'],
  ['at the first instant of a claim', 10, [claim('a', 10, 20)], 'a'],
  ['at the end of a claim, which is open', 20, [claim('a', 10, 20)], 'unknown_customer'],
  ['before the claim', 9, [claim('a', 10, 20)], 'unknown_customer'],
  ['a recycled login belongs to its owner of the day', 25, [claim('a', 10, 20), claim('b', 20, 30)], 'b'],
  ['two claims of one customer are no conflict', 15, [claim('a', 10, 20), claim('a', 12, NEVER)], 'a'],
  ['two customers at once', 15, [claim('a', 10, 20), claim('b', 12, 30)], 'identity_conflict'],
  [
    'before the earliest overlap the only claimant keeps it',
    11,
    [claim('a', 10, 20), claim('b', 12, 30)],
    'a',
  ],
  ['at the earliest overlap', 12, [claim('a', 10, 20), claim('b', 12, 30)], 'identity_conflict'],
  [
    'after an overlap it stays suspended although one claim has ended',
    25,
    [claim('a', 10, 20), claim('b', 12, 30)],
    'identity_conflict',
  ],
  ['after all claims have ended', 31, [claim('a', 10, 20), claim('b', 12, 30)], 'unknown_customer'],
];

describe('resolving an event', () => {
  it.each(TABLE)('%s', (_name, at, claims, expected) => {
    for (const order of [claims, claims.toReversed()]) {
      const resolution = resolveEvent(deposit(at), order);
      expect(resolution.kind === 'placed' ? resolution.customerId : resolution.reason).toBe(expected);
    }
  });

  it('gives a registration of a registrar to the customer whom it names, whatever is claimed', () => {
    const content = {
      kind: 'registration',
      identifiers: [
        { namespace: 'click', value: 'x' },
        { namespace: 'customer', value: '42' },
      ],
    } as const;
    const input = { ...deposit(5), registrar: true, content };
    expect(resolveEvent(input, [claim('a', EVER, NEVER)])).toEqual({
      kind: 'placed',
      customerId: customerIdOf('p', 'customer', '42'),
    });
  });

  it('lets a registration of another source wait for the registrar, and go to whom the claims name', () => {
    const content = { kind: 'registration', identifiers: [{ namespace: 'customer', value: '42' }] } as const;
    const input = { ...deposit(5), content };
    expect(resolveEvent(input, [])).toEqual({ kind: 'parked', reason: 'not_a_registrar' });
    expect(resolveEvent(input, [claim('a', EVER, NEVER)])).toEqual({ kind: 'placed', customerId: 'a' });
  });

  it('gives a row of a mapping table to the customer whom it names', () => {
    const link = { namespace: 'mt5:live', value: '7', customerNamespace: 'customer', customerValue: '42' };
    const content = {
      kind: 'identifier_link',
      identifiers: [{ namespace: 'mt5:live', value: '7' }],
      link,
    } as const;
    expect(resolveEvent({ ...deposit(5), content }, [])).toEqual({
      kind: 'placed',
      customerId: customerIdOf('p', 'customer', '42'),
    });
  });
});

describe('the earliest overlap', () => {
  it('is the first of several', () => {
    expect(earliestOverlap([claim('a', 10, 20), claim('b', 15, 16), claim('c', 12, 13)])).toBe(12);
  });

  it('is absent when claims only touch', () => {
    expect(earliestOverlap([claim('a', 10, 20), claim('b', 20, 30), claim('c', EVER, 10)])).toBeUndefined();
  });
});

function execution(fields: object): CanonicalEvent {
  return {
    kind: 'execution',
    occurredAt: '2026-03-01T12:00:00.000Z',
    execution: { symbol: 'XAUUSD', account: 'live:7', position: '9', entry: 'out_by', ...fields },
  } as unknown as CanonicalEvent;
}

describe('groups', () => {
  it('puts executions of one position together and everything else with the customer', () => {
    expect(groupKeyOf(execution({}))).toBe('x:live:7:9');
    expect(groupKeyOf({ kind: 'deposit' } as CanonicalEvent)).toBe('c');
  });

  it('joins both legs of a close-by by the same key', () => {
    expect(pairKeyOf(execution({ position: '9', closeByPosition: '10' }))).toBe(
      pairKeyOf(execution({ position: '10', closeByPosition: '9' })),
    );
    expect(pairKeyOf(execution({ order: '5' }))).toBe('b:live:7:XAUUSD:2026-03-01');
  });

  it('has no pair for an ordinary close', () => {
    expect(pairKeyOf(execution({ entry: 'out', closeByPosition: '10' }))).toBeNull();
  });
});
