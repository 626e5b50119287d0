import { CAPS, CARRY, ID, ONLY, holdDays, tiersOf } from './common-terms.ts';
import {
  choiceField,
  constantField,
  flagField,
  listField,
  moneyField,
  objectField,
  orNull,
  percentField,
  signedField,
  textField,
  wholeField,
  withDefault,
} from './field.ts';
import type { ValueOf } from './field.ts';

// Components whose amount depends on all of a period (semantics.md 4.1 to 4.4, 4.7 to 4.9, 5.4; rules.md 2.2, 2.10, 2.12).

/** Bases that are sums of what sources tell. */
const TOLD_BASES = [
  'ggr',
  'ngr',
  'bets',
  'rake',
  'deposits',
  'withdrawals',
  'deposits_and_withdrawals',
  'net_deposits',
  'pnl',
  'spread',
  'trading_commission',
  'purchases',
] as const;

/** What the formula of a revenue share begins with, and what percentages may be taken of. */
export const REVENUE_BASES = [...TOLD_BASES, 'theoretical_ggr'] as const;
export type RevenueBase = (typeof REVENUE_BASES)[number];

const NAME = textField('a name', 'Name of the item, shown in explanations and statements.');

const ITEM = objectField(
  {
    name: NAME,
    sum: orNull(
      listField(textField('a measure', 'A measure.'), {
        description: 'Measures.',
        min: 1,
      }),
      'The item is the sum of these measures of the period: bonus_granted, bonus_released, bonus_cost, jackpot, fees, taxes, chargebacks, adjustments, swap, or any other that the mapping gives in measures. Exactly one of sum and percent.',
    ),
    percent: orNull(
      percentField('Share of a base.'),
      'The item is this per cent of the base. Exactly one of sum and percent.',
    ),
    of: choiceField(
      'What the percentage is taken of; subtotal: what is left after the items before.',
      [...REVENUE_BASES, 'subtotal'],
      'subtotal',
    ),
    sign: choiceField('Whether the item is taken away or added.', ['minus', 'plus'], 'minus'),
    floor: choiceField(
      'zero: a percentage of a negative base is zero. none: it has the sign of its base.',
      ['zero', 'none'],
      'zero',
    ),
  },
  'One item of the formula.',
);

const EDGE = objectField(
  {
    product: orNull(
      textField('a product', 'As the mapping writes it.'),
      'Of what is played of this product. Null: of all products that no other entry names.',
    ),
    percent: percentField('What the operator keeps of what is played, by the design of the games.'),
  },
  'The edge of a product.',
);

export const REVSHARE = objectField(
  {
    id: ID,
    kind: constantField('revshare'),
    only: ONLY,
    base: choiceField(
      'What the formula begins with. ggr: bets minus wins, or as told. ngr: as told. pnl: what customers lost by trading (their realised profit, with the sign turned). theoretical_ggr: half of what was played times the edge of its product, whatever was won; with the rate of the component, played x edge x rate / 2.',
      REVENUE_BASES,
    ),
    edges: listField(EDGE, {
      description:
        'Of theoretical_ggr: the edge of each product, or of all that none of the others names. What is played of a product without an edge counts for nothing.',
    }),
    factorPercent: withDefault(percentField('What of the base counts, before all items.'), '100'),
    items: listField(ITEM, {
      description: 'What is taken away from the base or added to it, in this order (semantics.md 4.2).',
    }),
    swapIncluded: flagField('With base pnl: swaps are part of the profit.', false),
    ownDepositsLimit: flagField('A customer contributes no more than its own deposits of the period.', false),
    byProduct: flagField(
      'Products are computed apart; a negative product offsets positive ones, and what is left below zero is reset.',
      false,
    ),
    percent: orNull(
      percentField('What the partner earns of the base.'),
      'What the partner earns of the base. Exactly one of percent and tiers.',
    ),
    tiers: tiersOf(['base', 'first_deposits', 'active_customers', 'deposits', 'lots'], 'base'),
    carry: CARRY,
    highRoller: orNull(
      objectField(
        {
          threshold: withDefault(
            signedField("The customer's result of a period at or below which the rule applies."),
            '-5000',
          ),
          measuredOn: choiceField(
            'Whether the threshold is compared with the base or with the commission of it.',
            ['base', 'commission'],
            'base',
          ),
        },
        'Per-customer ring-fence of large losses (semantics.md 4.4).',
      ),
      'Customers whose negative result is at or below the threshold carry it against themselves only. Null: no such rule.',
    ),
    recoup: orNull(
      objectField(
        {
          component: ID,
          by: choiceField(
            'Whether it is reckoned for all customers together, or for each.',
            ['deal', 'customer'],
            'deal',
          ),
        },
        'The CPA is an advance (semantics.md 4.7 b).',
      ),
      'The CPA of the named component is an advance: RevShare is paid only above it (recoup_not_reached). Null: paid besides.',
    ),
    fromMonth: orNull(
      wholeField('Number of a month.', { min: 1, max: 120 }),
      'Customers count from this month on (CPA first, RevShare later): month n begins (n - 1) times 30 calendar days after the registration, at the same wall time in the zone of the program. What happened before is share_begins_later. Null: at once.',
    ),
    unlessPaid: orNull(
      ID,
      'Customers for whom the named CPA component was granted do not count (CPA or RevShare), in no month, whenever it was granted (cpa_instead). Null: all count.',
    ),
    whenTakenBack: choiceField(
      'With unlessPaid, of a customer whose CPA a chargeback took back. nothing: it does not count. share: it counts again, in all of its months.',
      ['nothing', 'share'],
      'nothing',
    ),
    minimumActiveCustomers: orNull(
      wholeField('Number of customers.', { min: 1, max: 1_000_000 }),
      'With fewer active customers in a period its commission rolls over to the next one (min_activity). Null: none are asked for.',
    ),
    overridePercent: orNull(
      percentField('What this partner earns of the direct commission of the partner below.'),
      'What this partner earns, as the parent, of the commission that partners directly below have of the component of the same id, or the only one of the kind. Null: nothing.',
    ),
    overrideFloor: choiceField('What a negative commission below means above.', ['none', 'zero'], 'none'),
    caps: CAPS,
    holdDays: holdDays('the end of the period', 0),
  },
  'Pays a share of revenue of all customers of a period, by an itemised formula.',
);

export const FLAT_FEE = objectField(
  {
    id: ID,
    kind: constantField('flat_fee'),
    amount: moneyField('What the partner earns for each period.'),
    proRata: flagField(
      'A month in which the deal began counts by its days in force, of the days of the month. False: whole.',
      false,
    ),
    minimumActiveCustomers: orNull(
      wholeField('Number of customers.', { min: 1, max: 1_000_000 }),
      'Only for periods with at least so many active customers (min_activity). Null: always.',
    ),
    holdDays: holdDays('the end of the period', 0),
  },
  'Pays a fixed amount for each period in which the deal is in force at the end, once it has ended by the clock of the program.',
);

export const SUB_PARTNER_SHARE = objectField(
  {
    id: ID,
    kind: constantField('sub_partner_share'),
    basis: choiceField(
      'commission: of the direct commission of partners directly below, whatever component. revenue: of the revenue of their customers, by the base.',
      ['commission', 'revenue'],
      'commission',
    ),
    revenue: choiceField('With basis revenue: what is the revenue.', TOLD_BASES, 'ngr'),
    percent: percentField('What the partner earns of it.'),
    expiresAfterMonths: orNull(
      wholeField('Number of months.', { min: 1, max: 120 }),
      'Nothing is earned on a partner below so many calendar months after it came under this one. Null: no end.',
    ),
    floor: choiceField('What a negative sum means.', ['none', 'zero'], 'none'),
    holdDays: holdDays('the end of the period', 0),
  },
  'Pays a percentage of what partners directly below bring, in addition (semantics.md 4.9).',
);

export type RevshareComponent = ValueOf<typeof REVSHARE>;
export type FlatFeeComponent = ValueOf<typeof FLAT_FEE>;
export type SubPartnerShareComponent = ValueOf<typeof SUB_PARTNER_SHARE>;
