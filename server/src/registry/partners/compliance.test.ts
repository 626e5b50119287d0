import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { COMPLIANCE_SUBJECTS, listPayoutBlocks } from './compliance.ts';
import type { ComplianceFact, ComplianceStatus, ComplianceSubject } from './compliance.ts';
import { listBannedKinds } from './deal-bans.ts';

const day = (n: number): Instant => instantFromIso(`2026-03-${String(n).padStart(2, '0')}T00:00:00Z`);
const END = Number.POSITIVE_INFINITY as Instant;
const said = (
  subject: ComplianceSubject,
  status: ComplianceStatus,
  from: number,
  to?: number,
): ComplianceFact => ({ subject, status, from: day(from), to: to === undefined ? END : day(to) });
const blocks = (
  facts: readonly ComplianceFact[],
  at: number,
  required: readonly ComplianceSubject[] = COMPLIANCE_SUBJECTS,
): string[] => listPayoutBlocks(facts, required, day(at)).map((one) => `${one.code} ${one.status}`);

test('blocks a payout until every required check has been passed, and says which are missing', () => {
  expect(blocks([], 1)).toEqual([
    'partner_kyc_incomplete missing',
    'tax_form_missing missing',
    'partner_sanctions missing',
  ]);
  expect(blocks([said('kyc', 'passed', 1), said('sanctions', 'pending', 1)], 1)).toEqual([
    'tax_form_missing missing',
    'partner_sanctions pending',
  ]);
  expect(blocks([], 1, [])).toEqual([]);
});

test('judges by the statement in force: the latest that has begun and not ended', () => {
  const facts = [said('tax_form', 'passed', 10, 20), said('tax_form', 'pending', 5)];
  const at = (n: number): string[] => blocks(facts, n, ['tax_form']);
  expect([4, 5, 10, 19, 20].map(at)).toEqual([
    ['tax_form_missing missing'],
    ['tax_form_missing pending'],
    [],
    [],
    ['tax_form_missing pending'],
  ]);
});

test('a check that has failed blocks where it is not required either', () => {
  expect(blocks([said('sanctions', 'failed', 1)], 2, [])).toEqual(['partner_sanctions failed']);
});

test('a ban of a country holds in its states, that of a state not in its country, and none where no market is known', () => {
  const bans = [
    { market: 'US-NJ', kinds: ['revenue_share', 'cpa'] },
    { market: 'FR', kinds: ['revenue_share'] },
  ] as const;
  const banned = (market: string | null, kinds: readonly string[]): string[] =>
    listBannedKinds(bans, market, kinds).map((one) => `${one.kind} ${one.market}`);
  expect(banned('US-NJ', ['revenue_share', 'per_lot'])).toEqual(['revenue_share US-NJ']);
  expect(banned('FR-75', ['revenue_share'])).toEqual(['revenue_share FR']);
  expect([banned('US', ['cpa']), banned('US-NY', ['cpa']), banned(null, ['cpa'])]).toEqual([[], [], []]);
});
