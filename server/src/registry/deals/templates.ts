import { parseDeal } from './deal.ts';
import type { DealDocument } from './facts.ts';
import { forexPreset } from './preset.ts';

/** A deal to begin with: the figures are examples, to be replaced by the operator's. */
export interface DealTemplate {
  readonly id: string;
  readonly vertical: 'forex' | 'igaming' | 'prop';
  readonly name: string;
  /** For whom it is, in one sentence. */
  readonly says: string;
  readonly document: DealDocument;
}

/** What each template is made of; `document` as a person would write it, without the currency. */
const WRITTEN: readonly (Omit<DealTemplate, 'document'> & { readonly components: readonly object[] })[] = [
  {
    id: 'forex-per-million',
    vertical: 'forex',
    name: 'Per million of volume',
    says: 'Brokers that reckon in notional: money for each million traded, the partner above earns on top.',
    components: [
      { id: 'volume', kind: 'per_million', rates: [{ rate: '25' }], overrides: [{ rate: '5' }], holdDays: 1 },
    ],
  },
  {
    id: 'forex-spread-share',
    vertical: 'forex',
    name: 'Share of the spread',
    says: 'Spread accounts: a share of the spread of each trade, which all levels divide among themselves.',
    components: [
      {
        id: 'spread',
        kind: 'spread_share',
        levels: { mode: 'pass_through', maxDepth: 3 },
        rates: [{ rate: '40' }],
        giveUps: [{ rate: '5' }],
        newsProtection: 'on',
      },
    ],
  },
  {
    id: 'forex-commission-share',
    vertical: 'forex',
    name: 'Share of the trading commission',
    says: 'Raw accounts: a share of what customers pay as commission for each trade.',
    components: [
      { id: 'commission', kind: 'commission_share', rates: [{ rate: '30' }], overrides: [{ rate: '5' }] },
    ],
  },
  {
    id: 'forex-cpa-kyc',
    vertical: 'forex',
    name: 'CPA for traders',
    says: 'Pays once for a customer who is verified, has deposited, and has traded; taken back by age when the deposit is charged back.',
    components: [
      {
        id: 'cpa',
        kind: 'cpa',
        amount: '400',
        minimumDeposit: '250',
        requireKyc: true,
        windowDays: 60,
        windowFrom: 'registration',
        conditions: { metric: 'lots', atLeast: '2' },
        clawback: {
          schedule: [
            { beforeMonth: 12, percent: '100' },
            { upToMonth: 18, percent: '50' },
          ],
        },
        holdDays: 30,
      },
    ],
  },
  {
    id: 'igaming-ngr-share',
    vertical: 'igaming',
    name: 'Share of net revenue in steps',
    says: 'Casinos and bookmakers: a share of gross revenue less bonuses, payment and platform fees, rising with the month; losses are carried.',
    components: [
      {
        id: 'revshare',
        kind: 'revshare',
        base: 'ggr',
        items: [
          { name: 'bonuses', sum: ['bonus_cost'] },
          { name: 'payment fees', percent: '3', of: 'deposits' },
          { name: 'platform', percent: '15', of: 'subtotal' },
        ],
        tiers: {
          metric: 'base',
          bands: [{ upTo: '10000', rate: '25' }, { upTo: '50000', rate: '30' }, { rate: '35' }],
        },
        carry: { policy: 'base' },
      },
    ],
  },
  {
    id: 'igaming-cpa',
    vertical: 'igaming',
    name: 'CPA for players',
    says: 'Pays once for a player who has deposited and wagered enough within thirty days of the registration.',
    components: [
      {
        id: 'cpa',
        kind: 'cpa',
        amount: '100',
        firstDeposit: 'cumulative_window',
        minimumDeposit: '20',
        baseline: '50',
        windowDays: 30,
        windowFrom: 'registration',
        conditions: { metric: 'wagered', atLeast: '200' },
        holdDays: 30,
      },
    ],
  },
  {
    id: 'igaming-hybrid',
    vertical: 'igaming',
    name: 'Hybrid: CPA and a share of revenue',
    says: 'A smaller CPA at once, and a share of the revenue of the same players for as long as they play.',
    components: [
      { id: 'cpa', kind: 'cpa', amount: '50', minimumDeposit: '20', holdDays: 30 },
      { id: 'revshare', kind: 'revshare', base: 'ngr', percent: '20', carry: { policy: 'none' } },
    ],
  },
  {
    id: 'igaming-master',
    vertical: 'igaming',
    name: 'Share for a master partner',
    says: 'A partner who brings partners: a share of the revenue of its own players, and of what the partners directly below earn.',
    components: [
      {
        id: 'revshare',
        kind: 'revshare',
        base: 'ngr',
        percent: '30',
        carry: { policy: 'base', expireAfterPeriods: 3 },
      },
      { id: 'below', kind: 'sub_partner_share', percent: '5' },
    ],
  },
  {
    id: 'prop-purchases',
    vertical: 'prop',
    name: 'Share of challenge purchases',
    says: 'Prop firms: a share of each challenge fee, less for repeats and resets, taken back when the fee is charged back.',
    components: [
      {
        id: 'purchases',
        kind: 'purchase_share',
        percent: '15',
        repeatPercent: '10',
        resetPercent: '5',
        override: '2',
        clawback: { schedule: [{ beforeMonth: 12, percent: '100' }] },
        holdDays: 30,
      },
    ],
  },
  {
    id: 'prop-stages',
    vertical: 'prop',
    name: 'Purchases and stages',
    says: 'A share of challenge fees, and a fixed amount when a trader is funded for the first time.',
    components: [
      { id: 'purchases', kind: 'purchase_share', percent: '10', repeatPercent: '5', holdDays: 30 },
      { id: 'funded', kind: 'stage_payment', on: 'funded', amount: '50', once: 'customer', holdDays: 30 },
    ],
  },
];

/**
 * Deals to begin with, by vertical, in a currency. Each is a valid document with every default filled in. Throws a RangeError for a currency
 * that no deal may have.
 */
export function listTemplates(currency: string): readonly DealTemplate[] {
  return [
    {
      id: 'forex-per-lot',
      vertical: 'forex',
      name: 'Per lot with a CPA',
      says: 'Brokers: money for each lot that a customer trades, by group of symbols, and a CPA on the first deposit. What a forex program starts with.',
      document: forexPreset({ currency }),
    },
    ...WRITTEN.map(({ components, ...words }): DealTemplate => {
      const parsed = parseDeal({ currency, components });
      if (!parsed.ok) throw new RangeError(`template ${words.id} is no valid deal: ${parsed.detail}`);
      return { ...words, document: parsed.value };
    }),
  ];
}
