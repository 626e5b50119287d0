import { describe, expect, it, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import {
  endOfRebateSpan,
  findRebateRule,
  isInTheWay,
  isRebate,
  rebateKeyPart,
  rebateOfKey,
  rebateSpanOf,
} from './facts.ts';
import type { RebateQuestion, RebateRule, RebateWhom } from './facts.ts';

const at = instantFromIso;
const EVER = Number.POSITIVE_INFINITY as Instant;

function rule(id: string, whom: RebateWhom = { kind: 'all' }, more: Partial<RebateRule> = {}): RebateRule {
  const from = at('2026-03-01T00:00:00Z');
  const base = { percent: '10', components: null, every: 'month' } as const;
  return { id, partnerId: 'ann', whom, ...base, from, until: EVER, ...more };
}

const question: RebateQuestion = {
  at: at('2026-03-05T00:00:00Z'),
  component: 'lots',
  linkId: 'link',
  campaign: 'spring',
  isCustomer: (id) => id === 'carl',
};
const found = (rules: readonly RebateRule[], more: Partial<RebateQuestion> = {}): string | undefined =>
  findRebateRule(rules, { ...question, ...more })?.id;

describe('the rule that holds', () => {
  const all = rule('all');
  const campaign = rule('campaign', { kind: 'campaign', campaign: 'spring' });
  const link = rule('link', { kind: 'link', linkId: 'link' });
  const customer = rule('customer', { kind: 'customer', customerId: 'carl' });

  it.each([
    [[all, campaign, link, customer], 'customer'],
    [[customer, link, campaign, all], 'customer'],
    [[link, campaign, all], 'link'],
    [[all, campaign], 'campaign'],
    [[all], 'all'],
    [[], undefined],
  ])('is the nearest one, in whatever order they come', (rules, id) => {
    expect(found(rules)).toBe(id);
  });

  it('is one that means the customer', () => {
    const others = { linkId: 'other', campaign: 'autumn', isCustomer: () => false };
    expect(found([campaign, link, customer], others)).toBeUndefined();
    expect(found([campaign, link], { linkId: undefined, campaign: undefined })).toBeUndefined();
  });

  it('holds from its first instant until the one before its end', () => {
    const short = rule('short', { kind: 'all' }, { until: at('2026-03-10T00:00:00Z') });
    const when = [
      '2026-02-28T23:59:59.999Z',
      '2026-03-01T00:00:00Z',
      '2026-03-09T23:59:59.999Z',
      '2026-03-10T00:00:00Z',
    ];
    expect(when.map((text) => found([short], { at: at(text) }))).toEqual([
      undefined,
      'short',
      'short',
      undefined,
    ]);
  });

  it('gives of the components that it names', () => {
    const lots = rule('lots', { kind: 'all' }, { components: ['lots'] });
    expect([found([lots]), found([lots], { component: 'spread' })]).toEqual(['lots', undefined]);
  });

  it('is the one that began last where those of two merged customers meet', () => {
    const both = { isCustomer: () => true };
    const later = rule('a', { kind: 'customer', customerId: 'dora' }, { from: at('2026-03-02T00:00:00Z') });
    expect([found([customer, later], both), found([later, customer], both)]).toEqual(['a', 'a']);
  });
});

describe('rules in each other’s way', () => {
  const known = rule('known', { kind: 'all' }, { until: at('2026-03-10T00:00:00Z') });
  it.each([
    ['the same again', {}, true],
    ['from its end on', { from: at('2026-03-10T00:00:00Z'), until: EVER }, false],
    ['in its last instant', { from: at('2026-03-09T23:59:59Z'), until: EVER }, true],
    ['of one component', { components: ['lots'] }, true],
    ['for a campaign', { whom: { kind: 'campaign', campaign: 'spring' } } as const, false],
  ])('%s', (_what, more, answer) => {
    expect(isInTheWay(known, { ...known, ...more })).toBe(answer);
  });
  it('are not those of different components', () => {
    expect(isInTheWay({ ...known, components: ['lots'] }, { ...known, components: ['spread'] })).toBe(false);
  });
});

// 1 March 2026 is a Sunday. Berlin is an hour ahead of UTC until 29 March, then two.
test.each([
  ['day', '2026-03-01T22:59:59Z', '2026-03-01', '2026-03-01T23:00:00.000Z'],
  ['day', '2026-03-01T23:00:00Z', '2026-03-02', '2026-03-02T23:00:00.000Z'],
  ['week', '2026-03-01T12:00:00Z', '2026-02-23', '2026-03-01T23:00:00.000Z'],
  ['week', '2026-03-01T23:00:00Z', '2026-03-02', '2026-03-08T23:00:00.000Z'],
  ['week', '2026-03-29T12:00:00Z', '2026-03-23', '2026-03-29T22:00:00.000Z'],
  ['month', '2026-02-28T23:00:00Z', '2026-03-01', '2026-03-31T22:00:00.000Z'],
] as const)('the %s of %s begins on %s', (every, when, span, end) => {
  expect(rebateSpanOf(at(when), every, 'Europe/Berlin')).toBe(span);
  expect(endOfRebateSpan(span, every, 'Europe/Berlin')).toBe(at(end));
});

test('a natural key says the rule and the span, and no other key does', () => {
  const key = `e:1:${rebateKeyPart('rebate/lots', { rule: 'r-1', span: '2026-03-01' })}:ann:1`;
  expect(rebateOfKey(key)).toEqual({ rule: 'r-1', span: '2026-03-01' });
  expect(rebateOfKey('e:1:lots:ann:1')).toBeUndefined();
  expect([isRebate('rebate/lots'), isRebate('rebate')]).toEqual([true, false]);
});
