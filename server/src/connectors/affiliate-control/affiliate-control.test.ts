import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { affiliateControl } from './index.ts';

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
    title: 'a registration carries the btag',
    body: {
      meta: { timestamp: 1719828000, eventType: 1, brand: 'acme', btag: 'clk_1', playerId: '771' },
      data: { country: 'DE' },
    },
    settings: { eventTypes: { '1': 'registration', '2': 'deposit', '9': 'ignore' } },
    gives: [
      'registration, 1:771:1719828000, click clk_1, DE, 2024-07-01T10:00:00.000Z, for customer:771 click:clk_1',
    ],
  },
  {
    title: 'a list of events',
    body: [
      {
        meta: { timestamp: 1719828000, eventType: 2, brand: 'acme', playerId: '771' },
        data: { id: 't1', amount: 50, currency: 'EUR' },
      },
      { meta: { timestamp: 1719828000, eventType: 9, playerId: '771' }, data: {} },
    ],
    settings: { eventTypes: { '1': 'registration', '2': 'deposit', '9': 'ignore' } },
    gives: ['deposit, t1, 50 EUR, 2024-07-01T10:00:00.000Z, for customer:771', 'ignored unwanted_row'],
  },
  {
    title: 'a number that the setting does not know waits for it',
    body: { meta: { timestamp: 1719828000, eventType: 77, playerId: '771' }, data: {} },
    settings: { eventTypes: { '1': 'registration', '2': 'deposit', '9': 'ignore' } },
    gives: ['quarantined unknown_event'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(affiliateControl.document, settings, body, delivered))).toEqual(gives);
});
