// Semantics.md 4.6 and 4.7 (c) and (d), which have no golden vectors: a CPA and a share for the same customers. Amounts by hand.
import { deal, happened, LEAF, player, reported } from './vector.ts';
import type { Terms, Vector } from './vector.ts';

const cpa = (more: Terms = {}): Terms => ({
  id: 'cpa',
  kind: 'cpa',
  amount: '100',
  minimumDeposit: '50',
  ...more,
});
const share = (more: Terms): Terms => ({
  id: 'share',
  kind: 'revshare',
  base: 'ngr',
  percent: '20',
  ...more,
});
const january = (pays: string, more: object = {}) => ({
  component: 'share',
  month: '2026-01',
  pays,
  ...more,
});

export const HYBRID: readonly Vector[] = [
  {
    // Month 3 begins 60 days after the registration of 2 January: on 3 March. 100 + 20 % of 200.
    id: 'CPA then RevShare',
    deals: { [LEAF]: deal(cpa(), share({ fromMonth: 3 })) },
    rows: [
      player('p1'),
      happened('deposit', 'd', { amount: '60' }),
      reported('january', { ngr: '50' }),
      reported('eve', { ngr: '100' }, { at: '2026-03-02T23:59:59Z' }),
      reported('begun', { ngr: '200' }, { at: '2026-03-03T00:00:00Z' }),
    ],
    earns: { [LEAF]: '140.00' },
    months: [{ component: 'share', month: '2026-03', pays: '40.00' }],
    events: { january: ['share_begins_later'], eve: ['share_begins_later'], begun: ['settled_by_period'] },
    explains: [['january', /only from a later month after its registration/]],
  },
  {
    // The first is paid 100 for, and its 500 count nowhere, those from before the deposit too; of the second 20 % of 300.
    id: 'CPA or RevShare',
    deals: { [LEAF]: deal(cpa(), share({ unlessPaid: 'cpa' })) },
    rows: [
      player('p1'),
      reported('before', { ngr: '200' }, { at: '2026-01-05T12:00:00Z' }),
      happened('deposit', 'd', { amount: '60' }),
      reported('after', { ngr: '300' }, { at: '2026-02-10T12:00:00Z' }),
      player('p2'),
      happened('deposit', 'short', { customer: 'p2', amount: '49' }),
      reported('other', { ngr: '300' }, { customer: 'p2' }),
    ],
    earns: { [LEAF]: '160.00' },
    months: [january('60.00')],
    events: { before: ['cpa_instead'], after: ['cpa_instead'], other: ['settled_by_period'] },
    explains: [
      ['before', /for this customer the CPA was granted, so its revenue does not count/],
      ['other', /It counts in January 2026 for component share.*ngr 300\.00/],
    ],
  },
  {
    // 100 less 100, and 20 % of 500, from January on.
    id: 'CPA or RevShare, taken back',
    deals: { [LEAF]: deal(cpa(), share({ unlessPaid: 'cpa', whenTakenBack: 'share' })) },
    rows: [
      player('p1'),
      happened('deposit', 'd', { amount: '60' }),
      reported('revenue', { ngr: '500' }),
      happened('chargeback', 'back', { amount: '60', originalId: 'd', at: '2026-02-20T00:00:00Z' }),
    ],
    earns: { [LEAF]: '100.00' },
    months: [january('100.00')],
    events: { d: [`${LEAF} 100.00`], back: [`${LEAF} -100.00`], revenue: ['settled_by_period'] },
  },
  {
    // One CPA a month: 100 for the first, and of the second 20 % of 300 in January and of 50 in February.
    id: 'CPA with a limit, RevShare above it',
    deals: {
      [LEAF]: deal(
        cpa({ caps: [{ by: 'count', limit: '1', overflow: 'revshare_fallback' }] }),
        share({ unlessPaid: 'cpa' }),
      ),
    },
    rows: [
      player('p1'),
      happened('deposit', 'd1', { amount: '60' }),
      reported('first', { ngr: '500' }),
      player('p2'),
      happened('deposit', 'd2', { customer: 'p2', amount: '60', at: '2026-01-11T12:00:00Z' }),
      reported('second', { ngr: '300' }, { customer: 'p2', at: '2026-01-05T12:00:00Z' }),
      reported('later', { ngr: '50' }, { customer: 'p2', at: '2026-02-10T12:00:00Z' }),
    ],
    earns: { [LEAF]: '170.00' },
    months: [
      { component: 'cpa', month: '2026-01', pays: '100.00', reason: 'cap_period', steps: { capped: '1' } },
      january('60.00', { steps: { fallback: '1', cpa_instead: '1', ngr: '300' } }),
      { component: 'share', month: '2026-02', pays: '10.00' },
    ],
    explains: [
      ['second', /only where a limit refuses the CPA of the customer: ngr 300\.00/],
      [`${LEAF} cpa 2026-01`, /the revenue of 1 counts for the share instead/],
      [`${LEAF} share 2026-01`, /The revenue of 1 customer counts here because a limit refused the CPA/],
    ],
  },
];
