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
import type { DocumentReader } from './document-reader.ts';
import {
  choiceField,
  constantField,
  flagField,
  moneyField,
  objectField,
  orNull,
  percentField,
  rateField,
  textField,
  wholeField,
  withDefault,
} from './field.ts';
import type { Field, ValueOf } from './field.ts';

// The component that pays once for a customer who qualifies (semantics.md 4.5, 4.6; rules.md 2.6 and 5 "CPA").

/** What can be counted of a customer up to an instant. */
export const CONDITION_METRICS = [
  'deposits',
  'deposit_count',
  'net_deposits',
  'wagered',
  'rounds',
  'active_days',
  'trades',
  'lots',
  'purchases',
] as const;
export type ConditionMetric = (typeof CONDITION_METRICS)[number];

/** A condition, or several of which all or any must hold. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | {
      readonly metric: ConditionMetric;
      /** Money in the deal's currency, or a number. */
      readonly atLeast: string;
      /** Only events of this product count. */
      readonly product?: string;
    };

const DEEPEST = 5;
const METRIC = choiceField(
  'What is counted from the beginning of the window on: money in the currency of the deal (deposits, net_deposits, wagered, purchases), or a number (deposit_count, rounds, active_days, trades, lots). Chargebacks lower deposits.',
  CONDITION_METRICS,
);
const AT_LEAST = rateField('Least sum or number.');
const PRODUCT = textField('a product', 'Only events of this product count.');

const CONDITION: Field<Condition> = {
  optional: false,
  schema: {
    description:
      'One of: { metric, atLeast, product? }; { all: [...] }, of which all must hold; { any: [...] }, of which one must hold. At most 5 deep.',
    oneOf: [
      {
        type: 'object',
        additionalProperties: false,
        required: ['metric', 'atLeast'],
        properties: { metric: METRIC.schema, atLeast: AT_LEAST.schema, product: PRODUCT.schema },
      },
      ...['all', 'any'].map((key) => ({
        type: 'object',
        additionalProperties: false,
        required: [key],
        properties: { [key]: { type: 'array', minItems: 1, maxItems: 50, items: { type: 'object' } } },
      })),
    ],
  },
  read: (reader, path, value) => readCondition(reader, path, { value, depth: 1 }),
};

function readCondition(
  reader: DocumentReader,
  path: string,
  { value, depth }: { readonly value: unknown; readonly depth: number },
): Condition {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const group = isObject ? (['all', 'any'] as const).find((key) => key in value) : undefined;
  if (group === undefined) {
    const fields = reader.object(path, value, ['metric', 'atLeast', 'product']);
    return {
      metric: METRIC.read(reader, `${path}.metric`, fields['metric']),
      atLeast: AT_LEAST.read(reader, `${path}.atLeast`, fields['atLeast']),
      ...(fields['product'] === undefined
        ? {}
        : { product: PRODUCT.read(reader, `${path}.product`, fields['product']) }),
    };
  }
  const listed = reader.object(path, value, [group])[group];
  if (depth >= DEEPEST) reader.report(path, `is more than ${DEEPEST} conditions deep; flatten it`);
  const parts = reader.list(`${path}.${group}`, listed);
  if (parts.length === 0) reader.report(`${path}.${group}`, 'must hold at least one condition');
  const read =
    depth >= DEEPEST
      ? []
      : parts.map((part, index) =>
          readCondition(reader, `${path}.${group}[${index}]`, { value: part, depth: depth + 1 }),
        );
  return group === 'all' ? { all: read } : { any: read };
}

export const CPA = objectField(
  {
    id: ID,
    kind: constantField('cpa'),
    levels: LEVELS,
    only: ONLY,
    amount: moneyField('What the partner earns, in the currency of the deal.'),
    override: orNull(
      moneyField('What the partner earns on the CPA of a partner below, in mode additive_fixed.'),
      'What the partner earns on the CPA of a partner below, in mode additive_fixed. Null: nothing.',
    ),
    giveUp: orNull(
      moneyField('What this partner gives to the level above, of what it got.'),
      'In mode pass_through: what this partner gives to the level above, of what it got. Null: nothing.',
    ),
    overridePercent: OVERRIDE_PERCENT,
    ratios: RATIOS,
    firstDeposit: choiceField(
      'single_first: the first single deposit ever. cumulative_24h: all deposits of the 24 hours from the first one on. cumulative_window: all deposits of the window. none: no deposit is asked for; the registration and the other conditions qualify.',
      ['single_first', 'cumulative_24h', 'cumulative_window', 'none'],
      'single_first',
    ),
    minimumDeposit: withDefault(
      moneyField('Least first deposit, by the definition of firstDeposit, in the currency of the deal.'),
      '0',
    ),
    baseline: orNull(
      moneyField('Least sum of deposits.'),
      'Least sum of all deposits within the window, in the currency of the deal (deposit_baseline_not_met). Null: none.',
    ),
    windowDays: withDefault(
      orNull(
        wholeField('Calendar days.', { min: 1, max: 3_650 }),
        'Calendar days in the zone of the program; the instant N days later no longer counts. Null: no limit.',
      ),
      30,
    ),
    windowFrom: choiceField(
      'What the window begins with. Without a click it begins with the registration.',
      ['registration', 'click', 'first_deposit'],
      'registration',
    ),
    requireKyc: flagField(
      'The customer qualifies only once KYC has passed, be that after the window.',
      false,
    ),
    kycWithinWindow: flagField('With requireKyc: KYC must pass inside the window too.', false),
    conditions: orNull(
      CONDITION,
      'More conditions, nested by all and any. The customer qualifies at the earliest instant inside the window at which all hold together. Null: none.',
    ),
    termsAt: choiceField(
      'Which version counts: in force when the customer was attributed, or when it qualifies.',
      ['attribution', 'qualification'],
      'attribution',
    ),
    tiers: tiersOf(['qualified', 'first_deposits'], 'qualified'),
    caps: CAPS,
    qualityGate: orNull(
      objectField(
        {
          of: choiceField(
            'What is compared with the number of qualified customers of the period.',
            ['first_deposits', 'minimum_deposits_only'],
            'first_deposits',
          ),
          atLeastPercent: orNull(
            percentField('Least share.'),
            'Below this share of the qualified the period pays nothing. Null: not asked.',
          ),
          atMostPercent: orNull(
            percentField('Largest share.'),
            'Above this share of the qualified the period pays nothing. Null: not asked.',
          ),
        },
        'A condition on all customers of a period together.',
      ),
      'A condition on all customers of a period together, without which nothing is paid for it (quality_gate). minimum_deposits_only: customers who deposited once, and no more than the minimum. Partners see it in the terms. Null: none.',
    ),
    clawback: CLAWBACK,
    clawbackOnKycFailed: flagField(
      'A customer who fails KYC, or turns out to be a duplicate, after payment takes back what the clawback schedule says. Before payment it always takes everything; without this nothing after it.',
      false,
    ),
    holdDays: holdDays('qualification', 30),
  },
  'Pays once per customer and program on qualification. With tiers, a band pays its rate as per cent of the amount.',
);

export type CpaComponent = ValueOf<typeof CPA>;
