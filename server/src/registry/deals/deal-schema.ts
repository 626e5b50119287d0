import { DEAL_BOUNDS, DEAL_DEFAULTS } from './deal.ts';

const rate = {
  type: 'string',
  pattern: '^[0-9]{1,12}(\\.[0-9]{1,8})?$',
  description: 'Money per lot (round turn) in the currency of the deal, decimal text.',
};
const money = (description: string): object => ({
  type: 'string',
  pattern: '^[0-9]{1,12}(\\.[0-9]{1,18})?$',
  description,
});
const name = (description: string): object => ({ type: 'string', minLength: 1, maxLength: 64, description });
const id = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{0,39}$',
  description:
    'Name of the component, unique in the deal. It is part of the key of every amount, so keep it from version to version.',
};
const days = (description: string, fallback: number): object => ({
  type: 'integer',
  minimum: DEAL_BOUNDS.days.min,
  maximum: DEAL_BOUNDS.days.max,
  default: fallback,
  description,
});

const rates = (description: string, more: object): object => ({
  type: 'array',
  maxItems: 500,
  description,
  ...more,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['rate'],
    description:
      'The most specific row that fits counts: symbol, then group, then account type, then the row that names none of them.',
    properties: {
      symbol: name('One symbol, as the mapping of the source writes it.'),
      group: name('A name of symbolGroups.'),
      accountType: name('Account type as the source tells it.'),
      rate,
    },
  },
});

const levels = {
  type: 'object',
  additionalProperties: false,
  description:
    'How the levels above the leaf are paid. Read from the deal of the leaf; what each level earns stands in its own deal.',
  default: { mode: DEAL_DEFAULTS.levelsMode, maxDepth: DEAL_DEFAULTS.maxDepth },
  properties: {
    mode: {
      enum: ['additive_fixed', 'difference'],
      default: DEAL_DEFAULTS.levelsMode,
      description:
        'additive_fixed: each level above earns its own fixed override. difference: each earns its own rate minus the highest rate below, never under zero.',
    },
    maxDepth: {
      type: 'integer',
      minimum: DEAL_BOUNDS.maxDepth.min,
      maximum: DEAL_BOUNDS.maxDepth.max,
      default: DEAL_DEFAULTS.maxDepth,
      description: 'Most levels that are paid, the leaf included, counted from the leaf.',
    },
  },
};

const perLot = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'kind', 'rates'],
  description: 'Pays per lot of each closed trade, once per round turn, on the closed volume.',
  properties: {
    id,
    kind: { const: 'per_lot' },
    levels,
    rates: rates('What the partner earns as the leaf; in mode difference also its own rate as an ancestor.', {
      minItems: 1,
    }),
    overrides: rates('What the partner earns as an ancestor in mode additive_fixed.', { default: [] }),
    minimumDurationSeconds: {
      type: 'integer',
      minimum: DEAL_BOUNDS.minimumDurationSeconds.min,
      maximum: DEAL_BOUNDS.minimumDurationSeconds.max,
      default: DEAL_DEFAULTS.minimumDurationSeconds,
      description: 'Trades that were open for strictly less pay nothing (trade_too_short).',
    },
    excludedSymbols: {
      type: 'array',
      maxItems: 500,
      items: name('A symbol.'),
      default: [],
      description: 'Trades in these pay nothing (trade_excluded_symbol).',
    },
    holdDays: days(
      'Calendar days for which a line is held after the trade, until the next midnight of the program.',
      DEAL_DEFAULTS.perLotHoldDays,
    ),
  },
};

const cpa = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'kind', 'amount'],
  description: 'Pays once per customer and program on a qualifying first deposit.',
  properties: {
    id,
    kind: { const: 'cpa' },
    amount: money('What the partner earns, in the currency of the deal.'),
    override: {
      anyOf: [
        money('What the partner earns on the CPA of a partner below, in mode additive_fixed.'),
        { type: 'null' },
      ],
      default: null,
      description: 'Null: nothing.',
    },
    levels,
    firstDeposit: {
      enum: ['single_first'],
      default: DEAL_DEFAULTS.firstDeposit,
      description: 'single_first: the first single deposit ever, in the order in which deposits happened.',
    },
    minimumDeposit: {
      ...money('Least first deposit, in the currency of the deal.'),
      default: DEAL_DEFAULTS.minimumDeposit,
    },
    windowDays: {
      anyOf: [
        { type: 'integer', minimum: DEAL_BOUNDS.windowDays.min, maximum: DEAL_BOUNDS.windowDays.max },
        { type: 'null' },
      ],
      default: DEAL_DEFAULTS.windowDays,
      description:
        'Calendar days from registration in the zone of the program; the instant N days later no longer counts. Null: no limit.',
    },
    requireKyc: {
      type: 'boolean',
      default: DEAL_DEFAULTS.requireKyc,
      description: 'The customer qualifies only once KYC has passed, be that after the window.',
    },
    termsAt: {
      enum: ['attribution', 'qualification'],
      default: DEAL_DEFAULTS.termsAt,
      description: 'Which version counts: in force when the customer was attributed, or when it qualifies.',
    },
    holdDays: days(
      'Calendar days for which the CPA is held after qualification, until the next midnight of the program.',
      DEAL_DEFAULTS.cpaHoldDays,
    ),
  },
};

/** JSON Schema (2020-12) of a deal document, as `/v1/schemas/deal` serves it: every field with its default (rules.md 4). */
export const DEAL_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Deal',
  description:
    'The terms of a partner, or of every partner of a program that has none of its own. Amounts and rates are decimal text.',
  type: 'object',
  additionalProperties: false,
  required: ['currency', 'components'],
  properties: {
    currency: { type: 'string', pattern: '^[A-Z]{3,5}$', description: 'Currency in which this deal pays.' },
    rounding: {
      enum: ['half_even', 'half_up'],
      default: DEAL_DEFAULTS.rounding,
      description: 'Once per line, at the smallest unit of the currency.',
    },
    symbolGroups: {
      type: 'object',
      default: {},
      description: 'Names for groups of symbols, to be used in rates. A symbol stands in one group at most.',
      propertyNames: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
      additionalProperties: { type: 'array', maxItems: 500, items: name('A symbol.') },
    },
    components: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      description: 'Rules that pay on their own.',
      items: { oneOf: [perLot, cpa] },
    },
  },
} as const;
