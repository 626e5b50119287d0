import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { unibo } from './index.ts';

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
    title: 'rounds and deposits',
    body: {
      items: [
        {
          event: 'gameround',
          data: {
            unique_id: 'u1',
            timestamp: '2024-07-01T10:00:00Z',
            player_id: '771',
            amount: 5,
            currency: 'EUR',
            is_win: false,
          },
        },
        {
          event: 'gameround',
          data: {
            unique_id: 'u2',
            timestamp: 1719828000,
            player_id: '771',
            amount: 7.5,
            currency: 'EUR',
            is_win: true,
          },
        },
        {
          event: 'deposit',
          data: {
            unique_id: 'u3',
            timestamp: '2024-07-01T10:00:00Z',
            player_id: '771',
            amount: '50',
            currency: 'EUR',
          },
        },
        { event: 'quest', data: { unique_id: 'u4', timestamp: '2024-07-01T10:00:00Z', player_id: '771' } },
      ],
    },
    gives: [
      'bet, u1, 5 EUR, 2024-07-01T10:00:00.000Z, for customer:771',
      'win, u2, 7.5 EUR, 2024-07-01T10:00:00.000Z, for customer:771',
      'deposit, u3, 50 EUR, 2024-07-01T10:00:00.000Z, for customer:771',
      'quarantined unknown_event',
    ],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(unibo.document, settings, body, delivered))).toEqual(gives);
});
