import {
  choiceField,
  flagField,
  idField,
  listField,
  moneyField,
  objectField,
  orNull,
  percentField,
  rateField,
  signedField,
  textField,
  wholeField,
  withDefault,
} from './field.ts';

// Terms that more than one kind of component has (semantics.md 4.6, 4.8, 4.10, 5.10; rules.md 2 and 5).

export const ID = idField(
  'Name of the component, unique in the deal. It is part of the key of every amount, so keep it from version to version.',
);

export const holdDays = (from: string, fallback: number): ReturnType<typeof withDefault<number>> =>
  withDefault(
    wholeField(
      `Calendar days for which an amount is held after ${from}, until the next midnight of the program.`,
      { min: 0, max: 365 },
    ),
    fallback,
  );

/** What a component pays on. Nothing named: everything. */
export const ONLY = objectField(
  {
    products: listField(textField('a product', 'As the mapping writes it.'), {
      description: 'Events of these products only; others give not_commissionable.',
    }),
    brands: listField(textField('a brand', 'As the mapping writes it.'), {
      description: 'Events of these brands only; others give not_commissionable.',
    }),
    countries: listField(textField('a country', 'Two capital letters.'), {
      description: 'Customers of these countries only; others give geo_out_of_scope.',
    }),
    exceptCountries: listField(textField('a country', 'Two capital letters.'), {
      description: 'Customers of all but these countries; these give geo_out_of_scope.',
    }),
    accountTypes: listField(textField('an account type', 'As the source tells it.'), {
      description: 'Accounts of these types only; others give trade_excluded_account.',
    }),
  },
  'What the component pays on. Lists that are empty limit nothing.',
  { whenLeftOut: 'empty' },
);

export const LEVEL_MODES = [
  'additive_fixed',
  'difference',
  'additive_percent',
  'pass_through',
  'ratio',
] as const;

/** How the levels above the leaf are paid; read from the deal of the leaf. What each level earns stands in its own deal. */
export const LEVELS = objectField(
  {
    mode: choiceField(
      'additive_fixed: each level above earns its own fixed override. difference: its own rate minus the highest rate below, never under zero. additive_percent: its own percentage of what the level below it earned, on top. pass_through: the leaf earns its rate, and each level gives a part of what it got to the one above. ratio: each level, the leaf too, earns the base times its own ratios.',
      LEVEL_MODES,
      'additive_fixed',
    ),
    maxDepth: withDefault(
      wholeField('Most levels that are paid, the leaf included, counted from the leaf.', {
        min: 1,
        max: 20,
      }),
      5,
    ),
    revenuePerUnit: orNull(
      rateField('Revenue of the operator per unit (a lot, a million, a customer).'),
      'What the operator earns per unit, in the currency of the deal. The deal is refused when all levels together could earn more (levels_exceed_revenue), and events that tell their revenue are cut to it. Null: not checked when written.',
    ),
    negative: choiceField(
      'additive_percent: what a negative amount below means above. none: a negative amount. zero: nothing.',
      ['none', 'zero'],
      'none',
    ),
  },
  'How the levels above the leaf are paid. Read from the deal of the leaf; what each level earns stands in its own deal.',
  { whenLeftOut: 'empty' },
);

/** In mode ratio: what this partner multiplies the base by (V-ML-5). */
export const RATIOS = orNull(
  objectField(
    {
      level: withDefault(rateField('Ratio of its level.'), '1'),
      tier: withDefault(rateField('Ratio of its grade.'), '1'),
      personal: withDefault(rateField('Ratio of this partner.'), '1'),
      master: withDefault(rateField('Ratio of the partner above all.'), '1'),
    },
    'In mode ratio: what this partner multiplies the base by.',
  ),
  'In mode ratio: the factors of this partner; their product times the base is its amount. Null: it earns nothing there.',
);

export const OVERRIDE_PERCENT = orNull(
  percentField('What the partner earns of the amount of the level below it.'),
  'What the partner earns as an ancestor in mode additive_percent, of what the level below it earned. In per cent. Null: nothing.',
);

const BAND = objectField(
  {
    upTo: orNull(
      rateField('Upper bound.'),
      'The band ends here; null: no end, for the last band. A total above the last bound takes the last rate.',
    ),
    rate: rateField(
      'What the band pays: money per unit, or per cent of the base, as the component says of its own rate.',
    ),
  },
  'One step.',
);

/** Steps of the rate that depend on the partner's results (semantics.md 4.8). */
export const tiersOf = <const M extends string>(
  metrics: readonly M[],
  metric: M,
): ReturnType<typeof tiersField<M>> => tiersField(metrics, metric);

const tiersField = <const M extends string>(metrics: readonly M[], metric: M) =>
  orNull(
    objectField(
      {
        metric: choiceField('What is counted to find the step.', metrics, metric),
        window: choiceField(
          'What is counted over: the period; everything up to its end; or the last 90 or 365 days that end with it.',
          ['period', 'lifetime', 'rolling_90', 'rolling_365'],
          'period',
        ),
        method: choiceField(
          'marginal: each band at its own rate. whole_volume: the reached rate applies to everything.',
          ['marginal', 'whole_volume'],
          'marginal',
        ),
        edge: choiceField('Which band a total exactly on a bound belongs to.', ['lower', 'upper'], 'lower'),
        atLeast: orNull(
          objectField(
            {
              metric: choiceField('What is counted.', [
                'new_customers',
                'active_customers',
                'first_deposits',
              ]),
              count: wholeField('Least number in the period.', { min: 1, max: 1_000_000 }),
            },
            'Least results of the period.',
          ),
          'Results of the period without which the first band applies to everything. Null: none are asked for.',
        ),
        bands: listField(BAND, { description: 'The steps, bounds rising; the last one open.', min: 1 }),
      },
      'Steps of the rate.',
    ),
    'Steps of the rate by results. Null: one rate.',
  );

/** Upper limits (semantics.md 4.6, rules.md 2.3). */
export const CAPS = listField(
  objectField(
    {
      by: choiceField('What is limited: the number of what is paid, or the money.', ['count', 'money']),
      per: choiceField(
        'For how long: a day or a week (from Monday) of the program, a period, or ever. Limits of a day come first, then those of a week.',
        ['day', 'week', 'period', 'lifetime'],
        'period',
      ),
      limit: rateField('The limit: a number, or money in the base currency of the program.'),
      countries: listField(textField('a country', 'Two capital letters.'), {
        description: 'Only customers of these countries count and are limited. Empty: all.',
      }),
      overflow: choiceField(
        'What is above the limit: nothing is paid for it (cap_period); or it waits for the next period, in canonical order before fresh ones; or, of a CPA, the customer brings its revenue to the share that names this component in unlessPaid.',
        ['reject', 'queue_next_period', 'revshare_fallback'],
        'reject',
      ),
    },
    'One limit.',
  ),
  { description: 'Upper limits, applied in this order after the tiers.' },
);

const CLAWBACK_STEP = objectField(
  {
    beforeMonth: orNull(
      wholeField('Age in full calendar months.', { min: 1, max: 120 }),
      'The step holds for ages strictly below this many full calendar months.',
    ),
    upToMonth: orNull(
      wholeField('Age in full calendar months.', { min: 0, max: 120 }),
      'The step holds for ages up to and with this many full calendar months.',
    ),
    percent: percentField('What is taken back of what was paid.'),
  },
  'One step: exactly one of beforeMonth and upToMonth.',
);

/** What is taken back of what was paid already (semantics.md 4.10, rules.md 2.7 and 5 "Clawback"). */
export const CLAWBACK = objectField(
  {
    schedule: withDefault(
      listField(CLAWBACK_STEP, {
        description:
          'Shares by age of the original, ages rising; older than the last step: nothing. Empty: always everything.',
      }),
      [],
    ),
    review: flagField('A person agrees before the partner owes it; until then it stands in review.', false),
  },
  'What a chargeback takes back after payment. Before payment it always takes everything.',
  { whenLeftOut: 'empty' },
);

/** What becomes of a negative result at the end of a period (semantics.md 4.3). */
export const CARRY = objectField(
  {
    policy: choiceField(
      'none: reset to zero. base: the negative base is carried. commission: the negative amount of money is carried.',
      ['none', 'base', 'commission'],
      'none',
    ),
    expireAfterPeriods: orNull(
      wholeField('Number of periods.', { min: 1, max: 60 }),
      'The carry is dropped after so many periods, counted from the first negative one since it was last zero. Null: never.',
    ),
    cap: orNull(
      moneyField('Largest carry, as a positive amount.'),
      'The carry is never more than this. Null: no limit.',
    ),
  },
  'What becomes of a negative result at the end of a period.',
  { whenLeftOut: 'empty' },
);

export const THRESHOLD = signedField('Money of the deal; may be below zero.');
