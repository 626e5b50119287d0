import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { sumsub } from './index.ts';

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
    title: 'green passes',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, passed, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'red and final fails',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'FINAL', rejectLabels: ['FORGERY'] },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, failed, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'red and retry is no rejection',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'RETRY' },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, pending, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'red without a type waits for a mapping, because it could be either',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'RED' },
    },
    gives: ['quarantined unknown_status'],
  },
  {
    title: 'a review in the sandbox is a test',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: true,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, passed, test, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'the time may be a date and time, or a number',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '2024-06-30 13:23:19.001',
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    gives: [
      'kyc_status, ap1:2024-06-30 13:23:19.001:applicantReviewed, passed, 2024-06-30T13:23:19.001Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'the time may be a number',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: 1714000000000,
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, passed, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'a pending applicant is pending',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantPending',
      sandboxMode: false,
      reviewStatus: 'pending',
      createdAtMs: '1714000000000',
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantPending, pending, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'an applicant on hold is pending',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantOnHold',
      sandboxMode: false,
      reviewStatus: 'onHold',
      createdAtMs: '1714000000000',
      reviewResult: null,
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantOnHold, pending, 2024-04-24T23:06:40.000Z, for customer:player-9 sumsub:applicant:ap1',
    ],
  },
  {
    title: 'a new applicant tells nothing',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantCreated',
      sandboxMode: false,
      reviewStatus: 'init',
      createdAtMs: '1714000000000',
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a change of personal data tells nothing',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: 'player-9',
      type: 'applicantPersonalInfoChanged',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a level that the setting does not name tells nothing',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'proof-of-address',
      externalUserId: 'player-9',
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    settings: { ignoredLevels: ['proof-of-address'] },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'an applicant without an id of ours is known by its applicant id',
    body: {
      applicantId: 'ap1',
      inspectionId: 'in1',
      correlationId: 'c1',
      levelName: 'basic-kyc-level',
      externalUserId: null,
      type: 'applicantReviewed',
      sandboxMode: false,
      reviewStatus: 'completed',
      createdAtMs: '1714000000000',
      reviewResult: { reviewAnswer: 'GREEN' },
    },
    gives: [
      'kyc_status, ap1:1714000000000:applicantReviewed, passed, 2024-04-24T23:06:40.000Z, for sumsub:applicant:ap1',
    ],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(sumsub.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'sumsub/applicant_reviewed_green.json',
    [
      'kyc_status, abc123:1714000000000:applicantReviewed, passed, test, 2024-04-24T23:06:40.000Z, for customer:0x1234567890abcdef1234567890abcdef12345678 sumsub:applicant:abc123',
    ],
  ],
  [
    'sumsub/applicant_reviewed_red_final.json',
    [
      'kyc_status, 6610a0000000000000000001:2024-06-30 13:23:19.001:applicantReviewed, failed, 2024-06-30T13:23:19.001Z, for customer:player-771 sumsub:applicant:6610a0000000000000000001',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(sumsub.document, {}, readSample(path)))).toEqual(gives);
  },
);
