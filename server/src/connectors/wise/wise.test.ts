import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { wise } from './index.ts';

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
    title: 'the state processing',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'processing',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, processing, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'the state outgoing_payment_sent',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'outgoing_payment_sent',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, paid, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'the state bounced_back',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'bounced_back',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, returned, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'the state funds_refunded',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'funds_refunded',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, returned, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'the state charged_back',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'charged_back',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, reversed, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'the state cancelled',
    body: {
      data: {
        resource: { type: 'transfer', id: 47, profile_id: 1 },
        current_state: 'cancelled',
        previous_state: 'processing',
        occurred_at: '2024-07-01T12:34:56Z',
      },
      subscription_id: 's',
      event_type: 'transfers#state-change',
      schema_version: '2.0.0',
      sent_at: '2024-07-01T12:34:57Z',
    },
    gives: ['payout_status, 47, cancelled, 2024-07-01T12:34:56.000Z, for wise:transfer:47'],
  },
  {
    title: 'a failure names the transfer flat',
    body: {
      data: {
        transfer_id: 47,
        profile_id: 1,
        failure_reason_code: 'WRONG_ID_NUMBER',
        occurred_at: '2024-07-01T12:40:00Z',
      },
      subscription_id: 's',
      event_type: 'transfers#payout-failure',
      schema_version: '2.0.0',
    },
    gives: ['payout_status, 47, failed, 2024-07-01T12:40:00.000Z, for wise:transfer:47'],
  },
  {
    title: 'another webhook tells nothing',
    body: { data: {}, event_type: 'balances#credit' },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(wise.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'wise/webhook_transfer_state_change.json',
    ['payout_status, 47221007, paid, 2024-07-01T12:34:56.789Z, for wise:transfer:47221007'],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(wise.document, {}, readSample(path)))).toEqual(gives);
  },
);
