import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { yourpropfirm } from './index.ts';

/** A payload of our own in the vendor's shape, and what it tells; one line per item. */
interface Case {
  readonly title: string;
  readonly body: unknown;
  readonly settings?: SourceSettings;
  readonly delivered?: Delivered;
  readonly gives: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'a new account registers the user and links the login; the password is never read',
    body: {
      webhookType: 'AccountCreated',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      accountPassword: 'Not-A-Real-Pw1',
      accountAddons: '{}',
    },
    gives: [
      'registration, u1, SG, at receipt, for customer:u1 ypf:user:u1',
      'identifier_link, acc1, mt5:ypf 5012345 is customer u1, at receipt, for customer:u1',
    ],
  },
  {
    title: 'a breach ends the challenge; its reason is JSON in a text',
    body: {
      webhookType: 'RuleBreached',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      breachRuleValue: 'DailyDrawdown',
      breachReason: '{"rule":"DailyDrawdown"}',
      breachTimestamp: '2024-06-05T14:03:22Z',
    },
    gives: [
      'challenge_failed, acc1:2024-06-05T14:03:22Z, 2024-06-05T14:03:22.000Z, for customer:u1 ypf:account:acc1',
    ],
  },
  {
    title: 'a breach whose reason is plain text',
    body: {
      webhookType: 'RuleBreached',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      breachRuleValue: 'MaxLoss',
      breachReason: 'too much',
      breachTimestamp: '2024-06-05T14:03:22Z',
    },
    gives: [
      'challenge_failed, acc1:2024-06-05T14:03:22Z, 2024-06-05T14:03:22.000Z, for customer:u1 ypf:account:acc1',
    ],
  },
  {
    title: 'an upgrade passes a phase',
    body: {
      webhookType: 'AccountUpgraded',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      nextProgramId: 'p2',
      nextProgramName: '2-Step 50K - Phase 2',
      upgradeTimestamp: '2024-06-06T10:00:00Z',
    },
    gives: ['phase_passed, acc1:p2, 2024-06-06T10:00:00.000Z, for customer:u1 ypf:account:acc1'],
  },
  {
    title: 'an upgrade into a funded program is funded',
    body: {
      webhookType: 'AccountUpgraded',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      nextProgramId: 'p3',
      nextProgramName: 'Funded 50K',
      upgradeTimestamp: '2024-06-06T10:00:00Z',
    },
    settings: { fundedPrograms: ['Funded*'] },
    gives: ['funded, acc1:p3, 2024-06-06T10:00:00.000Z, for customer:u1 ypf:account:acc1'],
  },
  {
    title: 'an upgrade that is not decided tells nothing',
    body: {
      webhookType: 'AccountUpgradePending',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      nextProgramId: 'p2',
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a payout of a trader is a cost of the operator, never of a partner',
    body: {
      webhookType: 'PayoutApproved',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
      payoutMethod: 'crypto',
      payoutCurrency: 'USD',
      payoutAmount: '1000.00',
      payoutProfitSplit: '80',
      payoutCommission: '0',
      payoutTraderReceive: '800.00',
      payoutTimestamp: '2024-06-09T10:00:00Z',
    },
    gives: [
      'trader_payout, acc1:2024-06-09T10:00:00Z, 800 USD, 2024-06-09T10:00:00.000Z, for customer:u1 ypf:account:acc1',
    ],
  },
  {
    title: 'a reactivation tells nothing',
    body: {
      webhookType: 'AccountBreachedReactivated',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'an unlisted webhook tells nothing',
    body: {
      webhookType: 'SomethingNew',
      testMode: false,
      userId: 'u1',
      userFirstname: 'Ann',
      userEmail: 'a@example.test',
      userCountryCode: 'SG',
      programId: 'p1',
      programName: '2-Step 50K - Phase 1',
      accountId: 'acc1',
      accountLogin: '5012345',
      accountPlatform: 'MT5',
    },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(yourpropfirm.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'yourpropfirm/account_created.json',
    [
      'registration, 663a1f0e2b7c4d0012ab34cd, SG, at receipt, for customer:663a1f0e2b7c4d0012ab34cd ypf:user:663a1f0e2b7c4d0012ab34cd',
      'identifier_link, 664b00000000000000000077, mt5:ypf 5012345 is customer 663a1f0e2b7c4d0012ab34cd, at receipt, for customer:663a1f0e2b7c4d0012ab34cd',
    ],
  ],
  [
    'yourpropfirm/rule_breached.json',
    [
      'challenge_failed, 664b00000000000000000077:2024-06-05T14:03:22Z, 2024-06-05T14:03:22.000Z, for customer:663a1f0e2b7c4d0012ab34cd ypf:account:664b00000000000000000077',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(yourpropfirm.document, {}, readSample(path)))).toEqual(gives);
  },
);
