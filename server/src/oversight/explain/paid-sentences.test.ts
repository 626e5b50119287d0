import { describe, expect, test } from 'vitest';
import type { Line } from '../../pipeline/commission/facts.ts';
import type { EventEvidence } from './facts.ts';
import { sayLine } from './line-sentences.ts';

const evidence = { placement: null, program: { zone: 'UTC' } } as unknown as EventEvidence;

function say(amountMinor: string, basis: Record<string, string>, leaf = true): string {
  const line: Line = {
    component: 'c',
    partnerId: 'p',
    level: 1,
    amountMinor,
    currency: 'USD',
    holdDay: '2024-07-02',
    holdReason: '',
    dealId: 'd',
    dealVersion: 1,
    leaf,
    basis,
  };
  return sayLine(evidence, line);
}

describe('a line says how it came about', () => {
  const lots = { lots: '2', mode: 'additive_fixed' };
  test.each<[string, Record<string, string>, boolean, string]>([
    [
      '1400',
      { ...lots, rate: '7', exact: '14' },
      true,
      '2.00 lots were closed; at 7.00 USD per lot this pays 14.00 USD.',
    ],
    [
      '542',
      { ...lots, per: 'million', notional: '217000', notionalCurrency: 'USD', rate: '25', exact: '5.425' },
      true,
      '2.00 lots were closed; its notional is 217000.00 USD; at 25.00 USD per million this pays 5.42 USD (5.425 USD before rounding).',
    ],
    [
      '800',
      { ...lots, per: 'spread', money: '16', moneyCurrency: 'USD', rate: '50', exact: '8' },
      true,
      '2.00 lots were closed; its spread came to 16.00 USD; at 50 % of the spread this pays 8.00 USD.',
    ],
    [
      '50000',
      { ...lots, rate: '310', exact: '500', uncapped: '620', cap: '500' },
      true,
      '2.00 lots were closed; at 310.00 USD per lot this pays 500.00 USD, limited from 620.00 USD by the cap of 500.00 USD per trade.',
    ],
    [
      '420',
      { lots: '1', mode: 'additive_fixed', rate: '7', exact: '4.2', coefficient: '0.6' },
      true,
      '1.00 lot was closed; 0.6 of it counts, because the rest of the equity was credit; at 7.00 USD per lot this pays 4.20 USD.',
    ],
    [
      '200',
      { ...lots, mode: 'additive_percent', rate: '0', exact: '2', percent: '20', of: '10' },
      false,
      '2.00 lots were closed; at 20 % of the 10.00 USD of the level below this pays 2.00 USD.',
    ],
    [
      '500',
      { ...lots, rate: '10', exact: '20', uncut: '20', revenue: '45' },
      false,
      '2.00 lots were closed; at 10.00 USD per lot as an override this pays 5.00 USD, cut from 20.00 USD so that all levels fit into the revenue of 45.00.',
    ],
    [
      '6750',
      {
        per: 'purchase',
        purchase: 'first',
        money: '450',
        moneyCurrency: 'USD',
        mode: 'additive_fixed',
        rate: '15',
        exact: '67.5',
      },
      true,
      'The first purchase of 450.00 USD; at 15 % of the purchase this pays 67.50 USD.',
    ],
    [
      '5000',
      { per: 'stage', event: 'funded', mode: 'additive_fixed', rate: '50', exact: '50' },
      true,
      'The trader was funded; at 50.00 USD for the stage this pays 50.00 USD.',
    ],
    [
      '-3375',
      {
        takes: '67.5',
        takenBy: 'refund',
        takenAt: '2024-07-21T00:00:00.000Z',
        part: '225',
        whole: '450',
        originalAt: '2024-07-01T00:00:00.000Z',
        percent: '100',
      },
      true,
      'The refund of 21 July 2024 takes back 225 of 450 parts of the 67.50 USD earned on 1 July 2024: all of that part before payment, also after payment.',
    ],
  ])('%s %j', (amountMinor, basis, leaf, expected) => {
    expect(say(amountMinor, basis, leaf)).toBe(expected);
  });
});
