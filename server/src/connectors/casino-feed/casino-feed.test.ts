import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { casinoFeed } from './index.ts';

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
    title: 'a deposit',
    body: {
      event_id: 'e1',
      event: 'deposit',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: '50.00',
      currency: 'EUR',
      brand: 'acme',
    },
    gives: ['deposit, e1, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a registration with its btag',
    body: {
      event_id: 'e1',
      event: 'registration',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: null,
      currency: null,
      brand: 'acme',
      btag: 'clk_1',
      country: 'de',
    },
    gives: [
      'registration, e1, approved, click clk_1, DE, 2024-07-01T10:00:00.000Z, for customer:771 click:clk_1',
    ],
  },
  {
    title: 'a bet with its bonus part',
    body: {
      event_id: 'e1',
      event: 'bet',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: 12.5,
      currency: 'EUR',
      brand: 'acme',
      bonus_part: 2.5,
      product: 'slots',
    },
    gives: ['bet, e1, 12.5 EUR, bonus 2.5, approved, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a pending withdrawal is not settled',
    body: {
      event_id: 'e1',
      event: 'withdrawal',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: '50.00',
      currency: 'EUR',
      brand: 'acme',
      status: 'pending',
    },
    gives: ['unsettled, e1, 50 EUR, pending, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a chargeback names its original',
    body: {
      event_id: 'e1',
      event: 'chargeback',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: '50.00',
      currency: 'EUR',
      brand: 'acme',
      original_id: 'd1',
    },
    gives: ['chargeback, e1, 50 EUR, approved, of d1, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a day of activity',
    body: {
      event_id: 'e1',
      event: 'activity_day',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: null,
      currency: 'EUR',
      brand: 'acme',
      bets: '100',
      wins: '80.5',
      ggr: '19.5',
      ngr: '15',
    },
    gives: ['activity_day, e1, approved, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a verified player',
    body: {
      event_id: 'e1',
      event: 'status_change',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: null,
      currency: 'EUR',
      brand: 'acme',
      status: 'verified',
    },
    gives: ['kyc_status, e1, passed, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a closed account',
    body: {
      event_id: 'e1',
      event: 'status_change',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: null,
      currency: 'EUR',
      brand: 'acme',
      status: 'closed',
    },
    gives: ['account_closed, e1, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a self-exclusion',
    body: {
      event_id: 'e1',
      event: 'self_excluded',
      player_id: '771',
      occurred_at: '2024-07-01T10:00:00Z',
      amount: null,
      currency: 'EUR',
      brand: 'acme',
      exclusion_type: 'timeout',
      period: '30d',
    },
    gives: ['self_excluded, e1, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a list in an envelope',
    body: {
      events: [
        {
          event_id: 'e1',
          event: 'deposit',
          player_id: '771',
          occurred_at: '2024-07-01T10:00:00Z',
          amount: '50.00',
          currency: 'EUR',
          brand: 'acme',
        },
        {
          event_id: 'e2',
          event: 'unheard_of',
          player_id: '771',
          occurred_at: '2024-07-01T10:00:00Z',
          amount: '50.00',
          currency: 'EUR',
          brand: 'acme',
        },
      ],
    },
    gives: [
      'deposit, e1, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771',
      'quarantined unknown_event',
    ],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(casinoFeed.document, settings, body, delivered))).toEqual(gives);
});
