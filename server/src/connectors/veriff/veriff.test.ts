import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { veriff } from './index.ts';

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
    title: 'approved passes',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'approved',
        code: 9001,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: ['kyc_status, s1:9001, passed, 2024-06-30T13:20:00.000Z, for customer:player-9 veriff:session:s1'],
  },
  {
    title: 'declined fails, whatever the status at the top says',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'declined',
        code: 9102,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: ['kyc_status, s1:9102, failed, 2024-06-30T13:20:00.000Z, for customer:player-9 veriff:session:s1'],
  },
  {
    title: 'a request to submit again is no rejection',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'resubmission_requested',
        code: 9103,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: [
      'kyc_status, s1:9103, pending, 2024-06-30T13:20:00.000Z, for customer:player-9 veriff:session:s1',
    ],
  },
  {
    title: 'expired is no rejection',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'expired',
        code: 9104,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: [
      'kyc_status, s1:9104, pending, 2024-06-30T13:20:00.000Z, for customer:player-9 veriff:session:s1',
    ],
  },
  {
    title: 'the code may be text',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'approved',
        code: '9001',
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: ['kyc_status, s1:9001, passed, 2024-06-30T13:20:00.000Z, for customer:player-9 veriff:session:s1'],
  },
  {
    title: 'a code that nobody knows waits for a mapping',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: 'player-9',
        status: 'something',
        code: 9999,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: ['quarantined unknown_status'],
  },
  {
    title: 'without our id it is known by its session',
    body: {
      status: 'success',
      verification: {
        id: 's1',
        attemptId: 'a1',
        vendorData: null,
        status: 'approved',
        code: 9001,
        reason: null,
        reasonCode: null,
        decisionTime: '2024-06-30T13:20:00.000000Z',
      },
      technicalData: { ip: '203.0.113.9' },
    },
    gives: ['kyc_status, s1:9001, passed, 2024-06-30T13:20:00.000Z, for veriff:session:s1'],
  },
  {
    title: 'an event of a session tells nothing',
    body: {
      id: 's1',
      attemptId: 'a1',
      feature: 'selfid',
      code: 7002,
      action: 'submitted',
      vendorData: 'player-9',
    },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(veriff.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'veriff/decision_declined.json',
    [
      'kyc_status, 12df6045-3846-3e45-946a-14fa6136d78b:9102, failed, 2024-06-30T13:20:00.000Z, for customer:player-771 veriff:session:12df6045-3846-3e45-946a-14fa6136d78b',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(veriff.document, {}, readSample(path)))).toEqual(gives);
  },
);
