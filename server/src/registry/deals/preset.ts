import { parseDeal } from './deal.ts';
import type { DealDocument } from './facts.ts';

export interface ForexPresetOptions {
  /** Known currency code. */
  readonly currency: string;
  /** Money per lot, decimal strings in the currency. */
  readonly ratePerLot?: string;
  readonly metalsRatePerLot?: string;
  readonly indicesRatePerLot?: string;
  /** What an ancestor earns per lot. */
  readonly overridePerLot?: string;
  /** One CPA beside the lots. Default: 100 on a first deposit of 100, no override. */
  readonly cpa?: { readonly amount: string; readonly minimumDeposit: string; readonly override?: string };
  readonly mode?: 'additive_fixed' | 'difference';
}

const METALS = ['XAUUSD', 'XAGUSD', 'XAUEUR', 'XPTUSD', 'XPDUSD'];
const INDICES = ['US30', 'US500', 'NAS100', 'GER40', 'UK100', 'JP225', 'FRA40', 'AUS200'];

/**
 * The deal that a forex program starts with: per lot round turn with rates for currencies, metals and indices (V-FX-1), an override of
 * one unit for each level above, minimum duration 180 s, and a CPA of 100 on a first deposit of 100. The figures are examples to be
 * replaced by the operator's. Throws a RangeError when an option is not a valid part of a deal.
 */
export function forexPreset(options: ForexPresetOptions): DealDocument {
  const { mode = 'additive_fixed', cpa = { amount: '100', minimumDeposit: '100' } } = options;
  const parsed = parseDeal({
    currency: options.currency,
    symbolGroups: { metals: METALS, indices: INDICES },
    components: [
      {
        id: 'per-lot',
        kind: 'per_lot',
        levels: { mode },
        rates: [
          { rate: options.ratePerLot ?? '7' },
          { group: 'metals', rate: options.metalsRatePerLot ?? options.ratePerLot ?? '10' },
          { group: 'indices', rate: options.indicesRatePerLot ?? options.ratePerLot ?? '1' },
        ],
        overrides: [{ rate: options.overridePerLot ?? '1' }],
      },
      { id: 'cpa', kind: 'cpa', levels: { mode }, ...cpa },
    ],
  });
  if (!parsed.ok) throw new RangeError(`the preset is not a valid deal: ${parsed.detail}`);
  return parsed.value;
}

/** The deal that a program of a vertical starts with, where nobody says otherwise; the figures are examples to be replaced by the operator's. */
export function presetOf(vertical: 'forex' | 'igaming' | 'prop', currency: string): DealDocument {
  if (vertical === 'forex') return forexPreset({ currency });
  const parsed = parseDeal({ currency, components: COMPONENTS_OF[vertical] });
  if (!parsed.ok) throw new RangeError(`the preset is not a valid deal: ${parsed.detail}`);
  return parsed.value;
}

/** By the defaults of semantics.md 14: itemised NGR without a carry; the net fee of a purchase, repeats and resets at rates of their own. */
const COMPONENTS_OF: Readonly<Record<'igaming' | 'prop', readonly object[]>> = {
  igaming: [
    { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '20', windowDays: 30, holdDays: 30 },
    {
      id: 'revshare',
      kind: 'revshare',
      base: 'ggr',
      items: [
        { name: 'bonuses', sum: ['bonus_cost'] },
        { name: 'chargebacks', sum: ['chargebacks'] },
      ],
      percent: '25',
    },
  ],
  prop: [
    {
      id: 'purchases',
      kind: 'purchase_share',
      percent: '15',
      repeatPercent: '5',
      resetPercent: '10',
      override: '2',
    },
  ],
};
