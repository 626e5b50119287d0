import { describe, expect, test } from 'vitest';
import { buildProgram, placed, registration, second } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { customerIdOf } from '../../kernel/derived-ids.ts';
import type { CustomerFact, IdentifierClaim } from '../identity/facts.ts';
import { listClaims, subtractSpans } from './claims.ts';

const PROGRAM = buildProgram();
const CUSTOMER = customerIdOf(PROGRAM.id, 'customer', '17');
const END = Number.POSITIVE_INFINITY as Instant;
const START = Number.NEGATIVE_INFINITY as Instant;

type Link = Extract<CustomerFact, { kind: 'identifier_link' | 'identifier_denial' }>;
const fact = (kind: Link['kind'], id: string, from: Instant, to: Instant, value = 'x'): CustomerFact => ({
  kind,
  id,
  from,
  to,
  namespace: 'mt5:login',
  value,
});
const link = (id: string, from: number, to: number, value?: string): CustomerFact =>
  fact('identifier_link', id, second(from), second(to), value);
const denial = (id: string, from: number, to: number, value?: string): CustomerFact =>
  fact('identifier_denial', id, second(from), second(to), value);

/** `x link 0-10`: value, origin and time, in seconds. */
function claims(
  facts: readonly CustomerFact[],
  events: Parameters<typeof listClaims>[2]['events'] = [],
): string[] {
  const time = (instant: Instant): string =>
    Number.isFinite(instant) ? String((instant - second(0)) / 1e6) : instant < 0 ? 'ever' : 'on';
  return listClaims(PROGRAM, CUSTOMER, { facts, events }).map(
    ({ value, originId, from, to }) => `${value} ${originId} ${time(from)}-${time(to)}`,
  );
}

describe('the identifiers that a customer claims', () => {
  test.each<[string, CustomerFact[], string[]]>([
    ['for the time that a fact names', [link('l', 0, 10)], ['x l 0-10']],
    ['never for no time', [link('l', 10, 10), link('m', 10, 9, 'y')], []],
    ['what was denied is taken out', [link('l', 0, 10), denial('d', 3, 5)], ['x d 5-10', 'x l 0-3']],
    ['at its beginning', [link('l', 0, 10), denial('d', 0, 5)], ['x d 5-10']],
    ['at its end', [link('l', 0, 10), denial('d', 5, 10)], ['x l 0-5']],
    ['whole', [link('l', 0, 10), denial('d', -1, 11)], []],
    ['not before it or after it', [link('l', 0, 10), denial('d', -5, 0), denial('e', 10, 15)], ['x l 0-10']],
    ['not of another', [link('l', 0, 10), denial('d', 0, 10, 'y')], ['x l 0-10']],
    ['not by one that begins after it', [link('l', 0, 10), denial('d', 12, 15)], ['x l 0-10']],
    [
      'by the earlier of several first, whatever they are called',
      [denial('a', 6, 7), link('l', 0, 10), denial('z', 2, 3)],
      ['x a 7-10', 'x l 0-2', 'x z 3-6'],
    ],
    [
      'by several denials, whichever was told first',
      [denial('e', 6, 7), link('l', 0, 10), denial('d', 2, 3)],
      ['x d 3-6', 'x e 7-10', 'x l 0-2'],
    ],
    [
      'by several that begin together',
      [denial('e', 2, 7), link('l', 0, 10), denial('d', 2, 3)],
      ['x e 7-10', 'x l 0-2'],
    ],
    [
      'the longer of two that one denial cut says it all',
      [link('l', 0, 10), link('m', 0, 20), denial('d', 3, 5)],
      ['x d 5-20', 'x l 0-3', 'x m 0-3'],
    ],
    [
      'also where the longer one comes first',
      [link('l', 0, 20), link('m', 0, 10), denial('d', 3, 5)],
      ['x d 5-20', 'x l 0-3', 'x m 0-3'],
    ],
  ])('%s', (_name, facts, expected) => {
    expect(claims(facts)).toEqual(expected);
    expect(claims(facts.toReversed())).toEqual(expected);
  });

  test('are all those of its registration, for ever, in order of identifier and origin', () => {
    const identifiers = ['17', '3', '9'].map((value) => ({ namespace: 'customer', value }));
    const told = registration(second(0), { identifiers });
    const found = listClaims(PROGRAM, CUSTOMER, { facts: [link('l', 0, 10)], events: [told] });
    expect(found.map(({ value }) => value).toSorted()).toEqual(['17', '3', '9', 'x']);
    expect(found.map(({ identifierId }) => identifierId)).toEqual(
      found.map(({ identifierId }) => identifierId).toSorted(),
    );
    expect(found.find(({ value }) => value === '9')).toMatchObject({
      from: START,
      to: END,
      originId: told.eventId,
      namespace: 'customer',
    });
  });

  test('are those that a row of a mapping table names, for its time, if it names this customer', () => {
    const row = (customerValue: string, more: object = {}) =>
      placed({
        kind: 'identifier_link',
        at: second(0),
        id: `row-${customerValue}`,
        link: { namespace: 'mt5:login', value: 'x', customerNamespace: 'customer', customerValue, ...more },
      });
    const times = { effectiveFrom: '2024-07-01T00:00:05.000Z', effectiveTo: '2024-07-01T00:00:09.000Z' };
    const own = row('17', times);
    expect(claims([], [own])).toEqual([`x ${own.eventId} 5-9`]);
    expect(claims([], [row('17')])).toEqual([`x ${row('17').eventId} ever-on`]);
    expect(claims([], [row('18')])).toEqual([]);
  });
});

test('what is left of a claim behind a denial has the denial as its origin', () => {
  const claim: IdentifierClaim = {
    identifierId: 'i',
    namespace: 'n',
    value: 'v',
    originId: 'l',
    from: second(0),
    to: second(10),
  };
  const cut = (...denials: [number, number][]): IdentifierClaim[] =>
    subtractSpans(
      claim,
      denials.map(([from, to], index) => ({ id: `d${index}`, from: second(from), to: second(to) })),
    );
  expect(cut()).toStrictEqual([claim]);
  expect(cut([3, 5])).toStrictEqual([
    { ...claim, to: second(3) },
    { ...claim, from: second(5), originId: 'd0' },
  ]);
  expect(cut([0, 10], [3, 4])).toStrictEqual([]);
});
