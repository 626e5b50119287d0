// The partners of the demo and their terms: a master IB, three regions, eight sub-IBs.

const DAY_MS = 86_400_000;
export { DAY_MS };

export interface DemoPartner {
  readonly key: string;
  readonly name: string;
  readonly parent: string | null;
  /** Weight of its share of customers; 0: has no link of its own. */
  readonly weight: number;
  /** A deal of its own instead of the program's. */
  readonly deal?: object;
  /** Currency in which its customers deposit. */
  readonly currency: 'USD' | 'EUR';
  readonly country: string;
}

const SYMBOL_GROUPS = { metals: ['XAUUSD', 'XAGUSD'], indices: ['US500', 'GER40'] };

function cpa(amount: string, override: string | null, more: object = {}): object {
  return {
    id: 'cpa',
    kind: 'cpa',
    amount,
    override,
    minimumDeposit: '200',
    requireKyc: true,
    holdDays: 7,
    ...more,
  };
}

function perLot(rates: { forex: string; metals: string; indices: string }, more: object): object {
  return {
    id: 'per-lot',
    kind: 'per_lot',
    rates: [
      { rate: rates.forex },
      { group: 'metals', rate: rates.metals },
      { group: 'indices', rate: rates.indices },
    ],
    minimumDurationSeconds: 180,
    excludedSymbols: ['BTCUSD'],
    holdDays: 2,
    ...more,
  };
}

/** What a partner without a deal of its own earns: 6 a lot as the leaf, 1.50 on each level above, a CPA of 150. */
export const PROGRAM_DEAL = {
  currency: 'USD',
  symbolGroups: SYMBOL_GROUPS,
  components: [
    perLot({ forex: '6', metals: '9', indices: '0.8' }, { overrides: [{ rate: '1.5' }] }),
    cpa('150', '15'),
  ],
};

const STAR_DEAL = {
  currency: 'USD',
  symbolGroups: SYMBOL_GROUPS,
  components: [
    perLot({ forex: '8', metals: '11', indices: '1' }, { overrides: [{ rate: '1.5' }] }),
    cpa('250', '15'),
  ],
};

const EURO_DEAL = {
  currency: 'EUR',
  symbolGroups: SYMBOL_GROUPS,
  components: [
    perLot({ forex: '5.5', metals: '8', indices: '0.7' }, { overrides: [{ rate: '1.2' }] }),
    cpa('140', null),
  ],
};

/** Each level earns its own rate minus the highest below it. */
function differenceDeal(rate: string): object {
  const levels = { mode: 'difference' };
  return {
    currency: 'USD',
    symbolGroups: SYMBOL_GROUPS,
    components: [perLot({ forex: rate, metals: rate, indices: '0.5' }, { levels }), cpa('120', null)],
  };
}

export const PARTNERS: readonly DemoPartner[] = [
  { key: 'master', name: 'Meridian Capital', parent: null, weight: 0, currency: 'USD', country: 'CY' },
  { key: 'europe', name: 'Meridian Europe', parent: 'master', weight: 1, currency: 'USD', country: 'GB' },
  { key: 'asia', name: 'Meridian Asia', parent: 'master', weight: 1, currency: 'USD', country: 'SG' },
  {
    key: 'latam',
    name: 'Meridian LatAm',
    parent: 'master',
    weight: 1,
    currency: 'USD',
    country: 'MX',
    deal: differenceDeal('5.5'),
  },
  {
    key: 'rhein',
    name: 'Rhein Partner',
    parent: 'europe',
    weight: 3,
    currency: 'EUR',
    country: 'DE',
    deal: EURO_DEAL,
  },
  { key: 'nordlys', name: 'Nordlys Trading', parent: 'europe', weight: 2, currency: 'USD', country: 'NO' },
  { key: 'iberia', name: 'Iberia FX Desk', parent: 'europe', weight: 2, currency: 'USD', country: 'ES' },
  {
    key: 'sakura',
    name: 'Sakura Markets',
    parent: 'asia',
    weight: 4,
    currency: 'USD',
    country: 'JP',
    deal: STAR_DEAL,
  },
  { key: 'lion', name: 'Lion City Traders', parent: 'asia', weight: 3, currency: 'USD', country: 'SG' },
  { key: 'bengal', name: 'Bengal FX Circle', parent: 'asia', weight: 2, currency: 'USD', country: 'IN' },
  {
    key: 'andes',
    name: 'Andes Trading Club',
    parent: 'latam',
    weight: 2,
    currency: 'USD',
    country: 'CL',
    deal: differenceDeal('4'),
  },
  {
    key: 'pampa',
    name: 'Pampa FX',
    parent: 'latam',
    weight: 2,
    currency: 'USD',
    country: 'AR',
    deal: differenceDeal('4.5'),
  },
];
