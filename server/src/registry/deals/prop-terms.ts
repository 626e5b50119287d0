import {
  CAPS,
  CLAWBACK,
  ID,
  LEVELS,
  ONLY,
  OVERRIDE_PERCENT,
  RATIOS,
  holdDays,
  tiersOf,
} from './common-terms.ts';
import {
  choiceField,
  constantField,
  moneyField,
  objectField,
  orNull,
  percentField,
  wholeField,
  withDefault,
} from './field.ts';
import type { ValueOf } from './field.ts';

// Components of prop trading and shops: purchases and what follows them (semantics.md 6).

export const PURCHASE_SHARE = objectField(
  {
    id: ID,
    kind: constantField('purchase_share'),
    levels: LEVELS,
    only: ONLY,
    percent: percentField('What the partner earns of the first purchase of a customer.'),
    repeatPercent: withDefault(percentField('What it earns of each later purchase.'), '0'),
    resetPercent: withDefault(percentField('What it earns of each reset (retry).'), '0'),
    override: orNull(
      percentField('What the partner earns of the same purchase as an ancestor.'),
      'Per cent of the same purchase that the partner earns as an ancestor in mode additive_fixed. Null: nothing.',
    ),
    giveUp: orNull(
      percentField('What this partner gives to the level above.'),
      'In mode pass_through: per cent of the purchase that this partner gives to the level above. Null: nothing.',
    ),
    overridePercent: OVERRIDE_PERCENT,
    ratios: RATIOS,
    tiers: tiersOf(['purchases', 'commission', 'purchase_count'], 'purchases'),
    refundOnPass: choiceField(
      'What the refund of the fee with the first payout of a trader who passed means: keep, nothing is taken back (marketing cost); clawback, as a chargeback.',
      ['keep', 'clawback'],
      'keep',
    ),
    clawback: CLAWBACK,
    caps: CAPS,
    holdDays: holdDays('the purchase', 30),
  },
  'Pays a share of what customers paid: the amount of the event, which is after discount and without tax. A purchase of 0 is no first purchase.',
);

export const STAGE_PAYMENT = objectField(
  {
    id: ID,
    kind: constantField('stage_payment'),
    levels: LEVELS,
    only: ONLY,
    on: choiceField('The event that pays.', ['phase_passed', 'funded', 'trader_payout']),
    phase: orNull(
      wholeField('Number of the phase (extra.phase).', { min: 1, max: 9 }),
      'With phase_passed: only this phase (extra.phase). Null: every phase.',
    ),
    amount: orNull(moneyField('Fixed amount.'), 'A fixed amount. Exactly one of amount and percent.'),
    percent: orNull(
      percentField('Share of the amount of the event.'),
      'Per cent of the amount of the event. Exactly one of amount and percent.',
    ),
    once: choiceField('How often: for each event, or once per customer.', ['event', 'customer'], 'event'),
    override: orNull(
      moneyField('What the partner earns as an ancestor.'),
      'What the partner earns as an ancestor in mode additive_fixed: money, or per cent where it pays per cent. Null: nothing.',
    ),
    giveUp: orNull(
      moneyField('What this partner gives to the level above.'),
      'In mode pass_through: what this partner gives to the level above. Null: nothing.',
    ),
    overridePercent: OVERRIDE_PERCENT,
    ratios: RATIOS,
    caps: CAPS,
    holdDays: holdDays('the event', 30),
  },
  'Pays when a trader reaches a stage.',
);

export type PurchaseShareComponent = ValueOf<typeof PURCHASE_SHARE>;
export type StagePaymentComponent = ValueOf<typeof STAGE_PAYMENT>;
