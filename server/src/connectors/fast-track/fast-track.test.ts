import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { fastTrack } from './index.ts';

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
    title: 'a bet: the bonus part of the amount is told apart',
    body: {
      activity_id: 'r1-bet',
      amount: 12.5,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 2.5,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'bet',
      user_id: '771',
      wager_amount: 10,
    },
    gives: ['bet, r1-bet, 12.5 EUR, bonus 2.5, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'locked money is bonus money too',
    body: {
      activity_id: 'r1-bet',
      amount: 15,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 2.5,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'bet',
      user_id: '771',
      wager_amount: 10,
      locked_wager_amount: 2.5,
    },
    gives: ['bet, r1-bet, 15 EUR, bonus 5, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a win',
    body: {
      activity_id: 'r1-win',
      amount: 12.5,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 0,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'win',
      user_id: '771',
      wager_amount: 0,
    },
    gives: ['win, r1-win, 12.5 EUR, bonus 0, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a bet rolled back',
    body: {
      activity_id: 'r1-rollbackbet',
      amount: 12.5,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 0,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'rollbackbet',
      user_id: '771',
      wager_amount: 10,
    },
    gives: ['rollback, r1-rollbackbet, 12.5 EUR, bonus 0, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a win rolled back',
    body: {
      activity_id: 'r1-rollbackwin',
      amount: 12.5,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 0,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'rollbackwin',
      user_id: '771',
      wager_amount: 10,
    },
    gives: ['rollback, r1-rollbackwin, 12.5 EUR, bonus 0, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'the type in capitals',
    body: {
      activity_id: 'r1-Bet',
      amount: 12.5,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 2.5,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'Bet',
      user_id: '771',
      wager_amount: 10,
    },
    gives: ['bet, r1-Bet, 12.5 EUR, bonus 2.5, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a lost round moves no money',
    body: {
      activity_id: 'r1-loss',
      amount: 0,
      balance_after: 87.5,
      balance_before: 100,
      bonus_wager_amount: 0,
      currency: 'EUR',
      game_id: 'g1',
      origin: 'brand.example',
      round_id: 'r1',
      timestamp: '2024-07-01T10:00:00.000Z',
      type: 'loss',
      user_id: '771',
      wager_amount: 0,
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a payment that was approved',
    body: {
      payment_id: 'p1',
      amount: 100,
      currency: 'eur',
      status: 'Approved',
      type: 'Credit',
      user_id: '771',
      origin: 'brand.example',
      timestamp: '2024-07-01T10:00:00Z',
      fee_amount: 1.5,
    },
    gives: ['deposit, p1, 100 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a payment that is only requested',
    body: {
      payment_id: 'p1',
      amount: 100,
      currency: 'EUR',
      status: 'Requested',
      type: 'Credit',
      user_id: '771',
      timestamp: '2024-07-01T10:00:00Z',
    },
    gives: ['unsettled, p1, 100 EUR, pending, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a withdrawal',
    body: {
      payment_id: 'p2',
      amount: 40,
      currency: 'EUR',
      status: 'Approved',
      type: 'Debit',
      user_id: '771',
      timestamp: '2024-07-01T10:00:00Z',
    },
    gives: ['withdrawal, p2, 40 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771'],
  },
  {
    title: 'a registration',
    body: {
      user_id: '771',
      url_referer: 'https://a.example.test',
      user_agent: 'x',
      origin: 'brand.example',
      timestamp: '2024-07-01T09:00:00Z',
    },
    gives: ['registration, 771, 2024-07-01T09:00:00.000Z, for customer:771'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(fastTrack.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'igaming-fasttrack/casino_bet.json',
    ['bet, r-5512-bet-1, 12.5 EUR, bonus 2.5, 2024-07-01T10:00:00.000Z, for customer:771'],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(fastTrack.document, {}, readSample(path)))).toEqual(gives);
  },
);
