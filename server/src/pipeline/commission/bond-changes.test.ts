import { describe, expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Attribution } from '../attribution/facts.ts';
import { findBondChange } from './bond-changes.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext } from './facts.ts';

const at = (day: string): Instant =>
  day === '' ? (Number.NEGATIVE_INFINITY as Instant) : instantFromIso(`2026-03-${day}T00:00:00Z`);

/** Written as `day:partner`, `-` for nobody. */
function bonds(...texts: string[]): CustomerContext {
  const attributions = texts.map((text): Attribution => {
    const [day = '', partner = ''] = text.split(':');
    return { from: at(day), partnerId: partner === '-' ? null : partner, winner: null, losers: [] };
  });
  return { ...EMPTY_CONTEXT, attributions };
}

describe('what is told of a customer', () => {
  test.each([
    ['nothing while nobody has it', bonds(), bonds('01:-'), undefined],
    ['a first partner', bonds('01:-'), bonds('01:a'), ['customer.attributed', '01', 'a', null]],
    [
      'a first partner from later on',
      bonds('01:-'),
      bonds('01:-', '05:a'),
      ['customer.attributed', '05', 'a', null],
    ],
    [
      'another one from an instant on',
      bonds('01:a'),
      bonds('01:a', '05:b'),
      ['customer.reassigned', '05', 'b', 'a'],
    ],
    ['another one from the beginning on', bonds('01:a'), bonds(':b'), ['customer.reassigned', '', 'b', 'a']],
    ['that it is taken back', bonds('01:a', '05:b'), bonds('01:a'), ['customer.reassigned', '05', 'a', 'b']],
    [
      'another instant',
      bonds('01:a', '05:b'),
      bonds('01:a', '07:b'),
      ['customer.reassigned', '05', 'a', 'b'],
    ],
    ['nobody any more', bonds('01:a'), bonds(), ['customer.reassigned', '01', null, 'a']],
    ['nothing when the same partner is said twice', bonds('01:a'), bonds('01:a', '05:a'), undefined],
    ['nothing when all stays', bonds('01:a', '05:b'), bonds('01:a', '05:b'), undefined],
  ] as const)('%s', (_name, before, after, expected) => {
    const change = findBondChange(before, after);
    const [type, from, partnerId, previousPartnerId] = expected ?? [];
    expect(change).toEqual(
      expected === undefined ? undefined : { type, from: at(from ?? ''), partnerId, previousPartnerId },
    );
  });
});
