// Semantics.md 13.8: purchases of challenges.
import { deal, happened, LEAF, player } from './vector.ts';
import type { Row, Vector } from './vector.ts';

const SHARE = deal({
  id: 'share',
  kind: 'purchase_share',
  percent: '15',
  repeatPercent: '5',
  resetPercent: '10',
  holdDays: 30,
});

/** A fee of 500 less 10 % by a code: what was paid. */
const PURCHASE = happened('challenge_purchased', 'fee', { amount: '450' });

function prop(
  id: string,
  rows: readonly Row[],
  expected: Pick<Vector, 'earns' | 'events' | 'explains' | 'pays' | 'afterwards'>,
): Vector {
  return { id, deals: { [LEAF]: SHARE }, rows: [player('p1'), ...rows], ...expected };
}

/**
 * Limits of a day and a week (4.6): Monday 12 January brings 40 + 30, less the 30 that are charged back on another day, and the 13th 45:
 * 40 + 45 are under 50 a day, and 80 of these 85 under 80 a week; the 20th brings 60, of which 50 are paid.
 */
const LIMITED_BY_DAY: Vector = {
  id: 'limits of a day and a week',
  deals: {
    [LEAF]: deal({
      id: 'share',
      kind: 'purchase_share',
      percent: '10',
      repeatPercent: '10',
      caps: [
        { by: 'money', per: 'week', limit: '80' },
        { by: 'money', per: 'day', limit: '50' },
      ],
    }),
  },
  rows: [
    player('p1'),
    happened('challenge_purchased', 'a', { amount: '400', at: '2026-01-12T08:00:00Z' }),
    happened('challenge_purchased', 'b', { amount: '300', at: '2026-01-12T09:00:00Z' }),
    happened('chargeback', 'back', { amount: '300', originalId: 'b', at: '2026-01-25T12:00:00Z' }),
    happened('challenge_purchased', 'c', { amount: '450', at: '2026-01-13T09:00:00Z' }),
    happened('challenge_purchased', 'd', { amount: '600', at: '2026-01-20T09:00:00Z' }),
  ],
  earns: { [LEAF]: '130.00' },
  months: [{ month: '2026-01', pays: '130.00', reason: 'cap_period' }],
  explains: [
    [`${LEAF} share 2026-01`, /10\.00 USD is above the limit of 50\.00 of 2026-01-20 and is not paid/],
    [`${LEAF} share 2026-01`, /5\.00 USD is above the limit of 80\.00 of the week from 2026-01-12/],
  ],
};

export const PROP: readonly Vector[] = [
  prop('V-PROP-1', [PURCHASE], {
    earns: { [LEAF]: '67.50' },
    events: { fee: ['leaf 67.50'] },
    explains: [['fee', /purchase of 450\.00 USD; at 15 % of the purchase this pays 67\.50 USD/]],
  }),
  prop('V-PROP-2', [happened('reset_purchased', 'reset', { amount: '250' })], {
    earns: { [LEAF]: '25.00' },
    events: { reset: ['leaf 25.00'] },
    explains: [['reset', /A reset of 250\.00 USD; at 10 % of the purchase this pays 25\.00 USD/]],
  }),
  prop(
    'V-PROP-3',
    [
      PURCHASE,
      happened('chargeback', 'back', { amount: '450', originalId: 'fee', at: '2026-01-30T12:00:00Z' }),
    ],
    {
      earns: {},
      events: { fee: ['leaf 67.50'], back: ['leaf -67.50'] },
      explains: [['back', /The chargeback of 30 January 2026 takes back the 67\.50 USD/]],
    },
  ),
  prop('V-PROP-4', [PURCHASE], {
    pays: { amount: '67.50', at: '2026-03-01T00:00:00Z' },
    afterwards: [
      happened('chargeback', 'back', { amount: '450', originalId: 'fee', at: '2026-04-30T12:00:00Z' }),
    ],
    earns: { [LEAF]: '-67.50' },
    events: { fee: ['leaf 67.50'], back: ['leaf -67.50'] },
    explains: [
      ['fee', /It was paid on 1 March 2026/],
      ['back', /also after payment.*takes back what had been paid/s],
    ],
  }),
  prop('V-PROP-5', [happened('challenge_purchased', 'free', { amount: '0' })], {
    earns: {},
    events: { free: ['zero_amount'] },
    explains: [['free', /nothing|zero/i]],
  }),
  LIMITED_BY_DAY,
];
