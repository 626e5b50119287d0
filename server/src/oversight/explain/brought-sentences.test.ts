import { expect, test } from 'vitest';
import { sayBrought, sayMeasures } from './brought-sentences.ts';
import type { BroughtToMonth } from './facts.ts';

const brought: BroughtToMonth = {
  partnerId: 'p',
  partnerName: 'Leo',
  component: 'share',
  period: '2026-03-01',
  measures: { ggr: '400', activity: '1' },
};

test('what an event brings is said with its month and its figures', () => {
  expect(sayBrought(brought, 'Leo')).toBe('It counts in March 2026 for component share of Leo: ggr 400.00.');
});

test('of what came after its month was closed it is said why it counts later', () => {
  expect(sayBrought({ ...brought, lateOf: '2026-01-01' })).toBe(
    'It counts in March 2026 for component share: ggr 400.00. January 2026 was closed when it came.',
  );
});

test('figures that stand beside others for currencies, days, countries and cuts are left out', () => {
  const measures = {
    ggr: '1',
    $ggr: '1',
    'day/2026-01-01/ggr': '1',
    'count@DE': '1',
    'cut/x': '1',
    'casino/bets': '2',
  };
  expect(sayMeasures(measures)).toBe('ggr 1.00, casino bets 2.00');
  expect(sayMeasures({ lots: '0.5', deposit_count: '3' })).toBe('lots 0.5, deposit count 3');
});

test('what counts only where a limit refuses the CPA says so, with its figures', () => {
  const measures = { 'instead/ngr': '300', 'instead/activity': '1', 'instead/$ngr': '330' };
  expect(sayBrought({ ...brought, measures })).toBe(
    'It counts in March 2026 for component share, but only where a limit refuses the CPA of the customer: ngr 300.00.',
  );
});
