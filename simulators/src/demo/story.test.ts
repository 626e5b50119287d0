import { describe, expect, it, test } from 'vitest';
import { parseDeal } from '../../../server/src/registry/deals/index.ts';
import { centsOf, sayCents, totalsOf } from './books.ts';
import { parseOptions } from './options.ts';
import { tellStory } from './story.ts';
import type { Step } from './story.ts';
import { DAY_MS, PARTNERS, PROGRAM_DEAL } from './structure.ts';

const TOLD = { seed: 7, events: 4_800, spanMs: 28 * DAY_MS };
const story = tellStory(TOLD);
const deals = story.steps.filter((step): step is Step & { kind: 'deal' } => step.kind === 'deal');
const said = story.steps.filter((step): step is Step & { kind: 'say' } => step.kind === 'say');

describe('the story', () => {
  it('follows from its seed alone', () => {
    expect(tellStory(TOLD)).toEqual(story);
    expect(tellStory({ ...TOLD, seed: 8 })).not.toEqual(story);
  });

  it('is as long as it was asked to be, in order, and nothing in it lies in the future', () => {
    expect(story.steps.length).toBeGreaterThan(0.75 * TOLD.events);
    expect(story.steps.length).toBeLessThan(1.35 * TOLD.events);
    expect(story.steps.map(({ at }) => at)).toEqual(
      story.steps.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    expect(story.steps.every((step) => step.at >= 0 && step.at <= TOLD.spanMs)).toBe(true);
    expect(
      story.steps.every(
        (step) => !('happenedAt' in step) || step.happenedAt <= step.at || step.kind === 'link',
      ),
    ).toBe(true);
  });

  it('has everything that a broker does to a program', () => {
    const has = (what: string, is: boolean): [string, boolean] => [what, is];
    expect(
      [
        has(
          'organic customers',
          story.customers.some(({ partner }) => partner === null),
        ),
        has(
          'logins that are linked later',
          story.customers.some(({ linked }) => linked === 'later'),
        ),
        has(
          'logins that are never linked',
          story.customers.some(({ linked }) => linked === 'never'),
        ),
        has(
          'copies',
          said.some(({ copies }) => copies > 1),
        ),
        has(
          'late postbacks',
          said.some((step) => step.at - step.happenedAt > DAY_MS),
        ),
        has(
          'late deals',
          deals.some((step) => step.at - step.happenedAt > DAY_MS / 24),
        ),
        has(
          'deals that are taken back',
          story.steps.some(({ kind }) => kind === 'cancel'),
        ),
        has(
          'pending deposits',
          said.some((step) => step.said.kind === 'deposit' && step.said.status === 'pending'),
        ),
        has(
          'deposits below the minimum',
          said.some((step) => step.said.kind === 'deposit' && Number(step.said.amount) < 200),
        ),
        has(
          'chargebacks',
          said.some((step) => step.said.kind === 'chargeback'),
        ),
        has(
          'pending KYC',
          said.some((step) => step.said.kind === 'kyc' && step.said.status === 'pending'),
        ),
        has(
          'failed KYC',
          said.some((step) => step.said.kind === 'kyc' && step.said.status === 'failed'),
        ),
        has(
          'postbacks that cannot be read',
          said.some((step) => step.said.kind === 'broken'),
        ),
        has(
          'rollovers',
          deals.some((step) => step.deal.comment === 'rollover'),
        ),
        has(
          'balance rows',
          deals.some((step) => step.deal.action === 2),
        ),
        has(
          'every partner with a link',
          PARTNERS.every(
            (partner) =>
              partner.weight === 0 || story.customers.some((customer) => customer.partner === partner),
          ),
        ),
      ].filter(([, is]) => !is),
    ).toEqual([]);
  });

  it('tells a pending deposit once and well before its approval, because postbacks are revised by arrival', () => {
    const deposits = said.flatMap((step) =>
      step.said.kind === 'deposit' ? [{ ...step.said, at: step.at, copies: step.copies }] : [],
    );
    const pending = deposits.filter(({ status }) => status === 'pending');
    const approvedAt = new Map(
      deposits.filter(({ status }) => status === 'approved').map(({ transaction, at }) => [transaction, at]),
    );
    expect(pending.filter(({ copies }) => copies > 1)).toEqual([]);
    expect(
      pending.filter(
        ({ transaction, at }) => (approvedAt.get(transaction) ?? Number.POSITIVE_INFINITY) - at < DAY_MS,
      ),
    ).toEqual([]);
  });

  it('gives every deal a number of its own, and takes back only what was told before', () => {
    expect(new Set(deals.map(({ deal }) => deal.deal)).size).toBe(deals.length);
    const place = new Map(
      story.steps.flatMap((step, index) => (step.kind === 'deal' ? [[step.deal.deal, index]] : [])),
    );
    const early = story.steps.filter(
      (step, index) => step.kind === 'cancel' && (place.get(step.deal) ?? index) >= index,
    );
    expect(early).toEqual([]);
  });
});

test.each([
  ['program', PROGRAM_DEAL] as const,
  ...PARTNERS.flatMap(({ name, deal }) => (deal === undefined ? [] : [[name, deal] as const])),
])('the deal of %s is one that the product takes', (_name, document) => {
  expect(parseDeal(document)).toMatchObject({ ok: true });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({ minutes: 2, rate: 40, seed: 7, keep: false, dataFolder: undefined });
    expect(parseOptions(['--help'])).toBe('help');
  });

  test.each([
    ['--minutes', '0'],
    ['--minutes', 'two'],
    ['--rate', '0'],
    ['--seed', '-1'],
    ['--colour', 'red'],
  ])('refuse %s %s', (name, value) => {
    expect(() => parseOptions([`${name}=${value}`])).toThrow(name);
  });
});

describe('sums', () => {
  test.each([
    ['12.50', 1250n],
    ['-0.05', -5n],
    ['7', 700n],
    ['1000.1', 100_010n],
  ])('%s is %s hundredths', (text, cents) => {
    expect(centsOf(text)).toBe(cents);
  });

  test.each([
    [0n, '0.00'],
    [5n, '0.05'],
    [-123_456_789n, '-1,234,567.89'],
    [100_000n, '1,000.00'],
  ])('%s hundredths are said %s', (cents, text) => {
    expect(sayCents(cents)).toBe(text);
  });

  it('are made by currency', () => {
    const rows = [
      ['USD', 1n],
      ['EUR', 2n],
      ['USD', 4n],
    ] as const;
    expect(
      totalsOf(rows.map(([currency, accrued]) => ({ partnerId: 'p', currency, accrued, approved: 10n }))),
    ).toEqual([
      { currency: 'USD', accrued: 5n, approved: 20n },
      { currency: 'EUR', accrued: 2n, approved: 10n },
    ]);
  });
});
