// Moves of sub-trees, and what is settled by month: with late statuses, reassignments, merges and closed months.
import {
  after,
  bound,
  closed,
  deposit,
  event,
  kyc,
  login,
  merged,
  moved,
  movedBack,
  onceDecided,
  paid,
  parted,
  registration,
  status,
  suspended,
  trade,
} from './story.ts';
import type { Story } from './story.ts';

const customer = (id: string, day: string, code: string): Story['told'] => [
  registration(id, day, { code }),
  login(id, `${id}00`),
];
const LOTS = {
  id: 'lots',
  kind: 'per_lot',
  rates: [{ rate: '8' }],
  overrides: [{ rate: '2' }],
  holdDays: 0,
  minimumDurationSeconds: 0,
};
const CPA = { id: 'first', kind: 'cpa', amount: '100', override: '20', minimumDeposit: '50', holdDays: 0 };
const TREE = { Ann: null, Bob: null, Cid: null, Leaf: 'Ann' };
const DEEP = { Ann: null, Bob: null, Mid: 'Ann', Leaf: 'Mid' };
const rate = (partner: string, value: string): NonNullable<Story['deals']>[number] => ({
  partner,
  components: [
    {
      id: 'lots',
      kind: 'per_lot',
      levels: { mode: 'difference' },
      rates: [{ rate: value }],
      holdDays: 0,
      minimumDurationSeconds: 0,
    },
  ],
});

export const TREES: readonly Story[] = [
  {
    name: 'a sub-partner moves, then the customer leaves it: each trade pays the chain of its instant',
    partners: TREE,
    components: [LOTS],
    told: [
      ...customer('1', '01-02', 'LEAF'),
      moved('Leaf', 'Bob', '01-05'),
      bound('1', 'Cid', '01-08'),
      trade('100', '01-04 23:59:59.999'),
      trade('100', '01-05'),
      trade('100', '01-07 23:59:59.999'),
      trade('100', '01-08'),
    ],
    earned: { Ann: '2.00', Bob: '4.00', Leaf: '24.00', Cid: '8.00' },
  },
  {
    name: 'the override of a CPA belongs to who stands above when it qualifies, which KYC decides after the move',
    partners: TREE,
    components: [{ ...CPA, requireKyc: true }],
    told: [
      registration('1', '01-02', { code: 'LEAF' }),
      deposit('1', '01-03'),
      moved('Leaf', 'Bob', '01-05'),
      kyc('1', 'passed', '01-05'),
      registration('2', '01-02', { code: 'LEAF' }),
      deposit('2', '01-03'),
      kyc('2', 'passed', '01-04'),
    ],
    earned: { Ann: '20.00', Bob: '20.00', Leaf: '200.00' },
  },
  {
    name: 'the one in the middle moves with its leaf, the leaf goes to the top, and the first move is taken back',
    partners: DEEP,
    components: [LOTS],
    told: [
      ...customer('1', '01-02', 'LEAF'),
      trade('100', '01-04'),
      trade('100', '01-06'),
      trade('100', '01-11'),
      moved('Mid', 'Bob', '01-05'),
      moved('Leaf', null, '01-10'),
      movedBack('Mid below Bob 01-05'),
    ],
    earned: { Ann: '4.00', Mid: '4.00', Leaf: '24.00' },
  },
  {
    name: 'a parent that is suspended: its override is held, the leaf’s part is not; moved away, nothing more is held',
    partners: TREE,
    components: [LOTS],
    told: [
      ...customer('1', '01-02', 'LEAF'),
      suspended('Ann', '01-04'),
      trade('100', '01-03'),
      trade('100', '01-05'),
      moved('Leaf', 'Bob', '01-08'),
      trade('100', '01-09'),
    ],
    earned: { Ann: '4.00', Bob: '2.00', Leaf: '24.00' },
    held: { Ann: '2.00' },
  },
  {
    name: 'merged into a customer of another branch, the overrides of the one go and those of the other come; parted, back',
    partners: { ...TREE, Twig: 'Bob' },
    components: [LOTS, CPA],
    told: [
      ...customer('1', '01-02', 'LEAF'),
      ...customer('2', '01-03', 'TWIG'),
      deposit('2', '01-04'),
      trade('200', '01-05'),
      moved('Leaf', 'Cid', '01-05'),
      merged('2', '1'),
    ],
    earned: { Ann: '20.00', Cid: '2.00', Leaf: '108.00' },
  },
  {
    name: 'difference of rates: who leaves the chain leaves its share to the one above',
    partners: DEEP,
    deals: [rate('Ann', '10'), rate('Mid', '7'), rate('Leaf', '4')],
    told: [
      ...customer('1', '01-02', 'LEAF'),
      trade('100', '01-03'),
      moved('Mid', null, '01-05'),
      trade('100', '01-06'),
      moved('Leaf', 'Ann', '01-08'),
      trade('100', '01-09'),
    ],
    earned: { Ann: '9.00', Mid: '6.00', Leaf: '12.00' },
  },
  {
    name: 'a chargeback after the move is taken from the one who stood above at the CPA',
    partners: TREE,
    components: [CPA],
    told: [
      registration('1', '01-02', { code: 'LEAF' }),
      deposit('1', '01-03'),
      moved('Leaf', 'Bob', '01-05'),
      event('chargeback', '1', '01-08', { amount: '60', currency: 'USD', originalId: 'deposit 1 01-03' }),
      registration('2', '01-02', { code: 'LEAF' }),
      deposit('2', '01-06'),
    ],
    earned: { Bob: '20.00', Leaf: '100.00' },
  },
];

const SHARE = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' };
const bet = (of: string, time: string, amount: string): Story['told'][number] =>
  event('bet', of, time, { amount, currency: 'USD' });
const win = (of: string, time: string, amount: string): Story['told'][number] =>
  event('win', of, time, { amount, currency: 'USD' });
const annsMonth = [
  registration('1', '01-02', { code: 'ANN' }),
  bet('1', '01-05', '1000'),
  win('1', '01-05 01:00', '400'),
  bet('1', '01-20', '500'),
];
const ANNS_MONTH = annsMonth.map(({ name }) => name);

export const MONTHS: readonly Story[] = [
  {
    name: 'a share of net deposits loses the whole deposit when its chargeback tells no amount',
    components: [{ id: 'share', kind: 'revshare', base: 'net_deposits', percent: '30' }],
    told: [
      registration('1', '01-02', { code: 'ANN' }),
      deposit('1', '01-05', { amount: '400' }),
      deposit('1', '01-06', { amount: '100' }),
      event('chargeback', '1', '01-20', { originalId: 'deposit 1 01-05' }),
    ],
    earned: { Ann: '30.00' },
  },
  {
    name: 'an exclusion told after the month was closed takes what came after it out of the month',
    components: [SHARE],
    told: [...annsMonth, closed('2026-01', ANNS_MONTH), status('1', 'self_excluded', '01-15')],
    earned: { Ann: '180.00' },
    held: {},
  },
  {
    name: 'a reassignment in the past of a closed month divides it by instants',
    components: [SHARE],
    told: [...annsMonth, closed('2026-01', ANNS_MONTH), bound('1', 'Bob', '01-15')],
    earned: { Ann: '180.00', Bob: '150.00' },
  },
  {
    name: 'merged across partners, a closed month is the earliest registration’s; parted, each has its own again',
    components: [SHARE],
    told: [
      ...annsMonth,
      registration('2', '01-03', { code: 'BOB' }),
      bet('2', '01-06', '300'),
      closed('2026-01', [...ANNS_MONTH, 'r-2', 'bet 2 01-06']),
      merged('2', '1'),
      parted('2', '1'),
    ],
    earned: { Ann: '330.00', Bob: '90.00' },
  },
  {
    name: 'merged across partners and not parted: all of it is the earliest registration’s',
    components: [SHARE],
    told: [
      ...annsMonth,
      registration('2', '01-03', { code: 'BOB' }),
      bet('2', '01-06', '300'),
      closed('2026-01', [...ANNS_MONTH, 'r-2', 'bet 2 01-06']),
      merged('2', '1'),
    ],
    earned: { Ann: '420.00' },
  },
  {
    name: 'KYC that fails takes all earlier play out of every month, the paid one too',
    components: [SHARE],
    told: [
      ...annsMonth,
      bet('1', '02-05', '100'),
      closed('2026-01', ANNS_MONTH),
      paid('Ann', '330.00', '02-20', ['2026-01 closed']),
      onceDecided(['paid Ann 02-20'], kyc('1', 'failed', '03-01')),
    ],
    earned: {},
  },
  {
    name: 'a chargeback after a reassignment lowers the month of the chargeback of the partner who had the deposit',
    components: [{ ...SHARE, items: [{ name: 'chargebacks', sum: ['chargebacks'] }] }],
    told: [
      ...annsMonth,
      deposit('1', '01-03'),
      bound('1', 'Bob', '02-01'),
      event('chargeback', '1', '02-10', { amount: '60', currency: 'USD', originalId: 'deposit 1 01-03' }),
      bet('1', '02-11', '100'),
      registration('2', '01-03', { code: 'ANN' }),
      bet('2', '02-12', '200'),
    ],
    earned: { Ann: '372.00', Bob: '30.00' },
  },
  {
    name: 'a negative month of an excluded time is none, and what was negative before it is carried',
    components: [{ ...SHARE, carry: { policy: 'base' } }],
    told: [
      registration('1', '01-02', { code: 'ANN' }),
      win('1', '01-05', '400'),
      win('1', '01-20', '1000'),
      bet('1', '02-05', '600'),
      status('1', 'cooling_off', '01-15', '02-01'),
    ],
    earned: { Ann: '60.00' },
  },
  {
    name: 'play while KYC was pending counts in its own month once KYC has passed, and for who had the customer then',
    components: [SHARE],
    told: [
      ...annsMonth,
      kyc('1', 'pending', '01-10'),
      bound('1', 'Bob', '02-01'),
      kyc('1', 'passed', '02-15'),
    ],
    earned: { Ann: '330.00' },
  },
  {
    name: 'CPA or share of revenue: who was granted the CPA gets no share, also where a chargeback took the CPA since',
    components: [
      { ...SHARE, unlessPaid: 'first' },
      { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 },
    ],
    told: [
      ...annsMonth,
      deposit('1', '01-04'),
      event('chargeback', '1', '01-08', { amount: '60', currency: 'USD', originalId: 'deposit 1 01-04' }),
      registration('2', '01-02', { code: 'BOB' }),
      bet('2', '01-05', '100'),
      deposit('2', '01-04', { amount: '49' }),
    ],
    earned: { Bob: '30.00' },
  },
  {
    name: 'CPA or share of revenue, where the share counts again: all months of who lost the CPA by a chargeback',
    components: [
      { ...SHARE, unlessPaid: 'first', whenTakenBack: 'share' },
      { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 },
    ],
    told: [
      ...annsMonth,
      deposit('1', '01-04'),
      bet('1', '02-05', '200'),
      event('chargeback', '1', '01-08', { amount: '60', currency: 'USD', originalId: 'deposit 1 01-04' }),
      registration('2', '01-02', { code: 'BOB' }),
      bet('2', '01-05', '100'),
      deposit('2', '01-04'),
    ],
    earned: { Ann: '390.00', Bob: '100.00' },
    says: { 'bet 1 01-20': 'the CPA of the customer does not stand, so its revenue counts for the share' },
    reasons: { 'bet 2 01-05': 'cpa_instead' },
  },
  {
    name: 'whom a limit of the CPA refuses counts for the share, also where who takes the place is told after the month was closed',
    components: [
      { ...SHARE, unlessPaid: 'first' },
      {
        id: 'first',
        kind: 'cpa',
        amount: '100',
        minimumDeposit: '50',
        holdDays: 0,
        caps: [{ by: 'count', limit: '1', overflow: 'revshare_fallback' }],
      },
    ],
    told: [
      ...annsMonth,
      deposit('1', '01-08'),
      bet('1', '02-05', '200'),
      closed('2026-01', [...ANNS_MONTH, 'deposit 1 01-08']),
      registration('2', '01-02', { code: 'ANN' }),
      bet('2', '01-05', '700'),
      deposit('2', '01-06'),
    ],
    earned: { Ann: '490.00' },
    says: { 'bet 1 01-20': 'only where a limit refuses the CPA of the customer' },
  },
  {
    name: 'a share of what partners below earn goes by the days under each parent, also of a month that was closed before the move was told',
    partners: TREE,
    components: [SHARE, { id: 'below', kind: 'sub_partner_share', percent: '10' }],
    told: [
      registration('1', '01-02', { code: 'LEAF' }),
      bet('1', '01-05', '1000'),
      bet('1', '01-20', '500'),
      closed('2026-01', ['r-1', 'bet 1 01-05', 'bet 1 01-20']),
      after(['2026-01 closed'], moved('Leaf', 'Bob', '01-15')),
    ],
    earned: { Ann: '30.00', Bob: '15.00', Leaf: '450.00' },
  },
];
