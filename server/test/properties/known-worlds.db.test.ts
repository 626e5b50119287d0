// Worlds that a campaign found and that were red once, as fast-check left them.
import { expect, test } from 'vitest';
import { findDifference } from './campaign.ts';
import type { World } from './world.ts';

const REVISED_BEFORE_ANYBODY_LOOKED: World = {
  codes: [{ partner: 0, exclusive: false, from: null, to: null }],
  countries: [],
  statuses: [],
  merges: [],
  conflicts: [],
  reassigned: [],
  winner: 'last_click',
  finality: 'registration',
  geo: { blocked: [], countryFrom: ['declared', 'kyc', 'click'], saidLate: false },
  parents: [-1, 0, 0, 0],
  moves: [],
  suspended: [],
  terms: [
    {
      partner: null,
      from: null,
      terms: {
        currency: 'USD',
        mode: 'additive_fixed',
        rate: 70,
        goldRate: 100,
        override: 10,
        depth: 5,
        minimumDuration: 0,
        hold: 0,
        cpa: {
          amount: 100,
          override: null,
          minimum: 0,
          windowDays: null,
          kyc: false,
          termsAt: 'attribution',
        },
      },
    },
  ],
  registrations: [
    {
      customer: 0,
      at: 0,
      registrar: true,
      click: { partner: 0, daysBefore: 0, tampered: false, country: null },
      login: 0,
      test: false,
      code: null,
      country: null,
    },
    {
      customer: 1,
      at: 0,
      registrar: true,
      click: { partner: 0, daysBefore: 0, tampered: false, country: null },
      login: null,
      test: false,
      code: null,
      country: null,
    },
    {
      customer: 2,
      at: 0,
      registrar: true,
      click: { partner: 0, daysBefore: 0, tampered: false, country: null },
      login: 2,
      test: false,
      code: null,
      country: null,
    },
  ],
  tableRows: [],
  links: [],
  attributions: [],
  kyc: [],
  deposits: [
    {
      customer: 0,
      by: 'customer',
      kind: 'deposit',
      at: 5760,
      amount: 100,
      twin: false,
      test: false,
      registrar: false,
      code: null,
    },
  ],
  takenBack: [],
  positions: [
    {
      login: 0,
      gold: false,
      sell: false,
      at: 11520,
      lots: 100,
      rows: [{ entry: 'out', after: 5, lots: 100 }],
      cancelled: 0,
      lostOpening: false,
    },
  ],
  revisions: [{ report: 0, change: 'customer', by: 1 }],
  retractions: [],
};

test('a report that names another customer before anybody looked leaves nobody of whom something is missing', async () => {
  expect(
    await findDifference(REVISED_BEFORE_ANYBODY_LOOKED, 0, { styles: () => [], tally: new Map() }),
  ).toBeUndefined();
});
