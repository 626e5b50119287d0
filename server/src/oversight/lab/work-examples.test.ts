import { describe, expect, it } from 'vitest';
import { buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { listTemplates } from '../../registry/deals/index.ts';
import { workExamples } from './work-examples.actions.ts';

const program = buildProgram();
const work = (components: readonly object[]) =>
  workExamples(dealDocument({ currency: 'USD', components }), program).map(({ pays, says }) => [
    pays.map(({ who, amount }) => `${who} ${amount.amount}`).join(', '),
    says,
  ]);

describe('worked examples', () => {
  it.each([
    [{ kind: 'per_lot', rates: [{ rate: '7' }], overrides: [{ rate: '1' }] }, 'partner 14.00, above 2.00'],
    [{ kind: 'per_million', rates: [{ rate: '25' }] }, 'partner 5.52'],
    [{ kind: 'commission_share', rates: [{ rate: '30' }] }, 'partner 4.20'],
    [{ kind: 'spread_share', rates: [{ rate: '40' }] }, 'partner 16.00'],
    [{ kind: 'cpa', amount: '100', minimumDeposit: '50', requireKyc: true }, 'partner 100.00'],
    [
      {
        kind: 'cpa',
        amount: '100',
        minimumDeposit: '50',
        conditions: {
          all: [
            { metric: 'wagered', atLeast: '500' },
            { metric: 'lots', atLeast: '3' },
          ],
        },
        only: { countries: ['DE'] },
      },
      'partner 100.00',
    ],
    [{ kind: 'revshare', base: 'ggr', percent: '30', overridePercent: '10' }, 'partner 600.00, above 60.00'],
    [{ kind: 'revshare', base: 'pnl', percent: '30' }, 'partner 150.00'],
    [{ kind: 'purchase_share', percent: '15', override: '2' }, 'partner 75.00, above 10.00'],
    [{ kind: 'stage_payment', on: 'funded', amount: '50' }, 'partner 50.00'],
    [{ kind: 'flat_fee', amount: '200' }, 'partner 200.00, above 200.00'],
  ])('%j pays %s', (component, pays) => {
    expect(work([{ id: 'it', ...component }])[0]?.[0]).toBe(pays);
  });

  it('say why nothing is paid', () => {
    const [example] = work([
      { id: 'it', kind: 'per_lot', rates: [{ symbol: 'EURUSD', rate: '7' }], excludedSymbols: ['EURUSD'] },
    ]);
    expect(example?.[0]).toBe('');
    expect(example?.[1]).toMatch(/^It pays nothing here: .+/);
  });

  it.each(listTemplates('USD'))('of the template $id pay something for every component', ({ document }) => {
    for (const { component, pays, says, story } of workExamples(document, program)) {
      expect([component, pays.length > 0, says]).toEqual([component, true, expect.stringContaining('earns')]);
      expect(story.join(' ')).not.toMatch(/undefined|NaN/);
    }
  });
});
