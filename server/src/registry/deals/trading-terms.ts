import { CAPS, ID, LEVELS, ONLY, OVERRIDE_PERCENT, RATIOS, holdDays, tiersOf } from './common-terms.ts';
import {
  choiceField,
  constantField,
  listField,
  moneyField,
  namesField,
  objectField,
  orNull,
  rateField,
  textField,
  wholeField,
  withDefault,
} from './field.ts';
import type { Field, ValueOf } from './field.ts';

// Components that pay for each closed trade (semantics.md 5, rules.md 2.13 and 5 "Trades").

interface SelectorRow {
  readonly account?: string;
  readonly symbol?: string;
  readonly group?: string;
  readonly accountType?: string;
}

/** A rate of a trading component: the most specific row that fits counts (semantics.md 5.4). */
export interface RateRow extends SelectorRow {
  /** Decimal text; what it is a rate of is said by the kind of the component. */
  readonly rate: string;
  /** per_lot only: `rate` is in points of this size, so a lot pays rate × pointSize × contract size. */
  readonly pointSize?: string;
}

export interface FactorRow extends SelectorRow {
  readonly factor: string;
}

const SELECTOR = {
  account: textField('an account', 'One account, as server:login: a personal rate.'),
  symbol: textField('a symbol', 'One symbol, as the mapping of the source writes it.'),
  group: textField('a group', 'A name of symbolGroups.'),
  accountType: textField('an account type', 'Account type as the source tells it.'),
} as const;

const SELECTOR_WORDS =
  'The most specific row that fits counts: account, then symbol, then group, then account type, then the row that names none of them.';

function rowsField<R extends SelectorRow>(
  values: Readonly<Record<string, { readonly field: Field<string>; readonly optional?: true }>>,
  { description, min = 0 }: { readonly description: string; readonly min?: number },
): Field<readonly R[]> {
  const known = { ...SELECTOR, ...Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v.field])) };
  const row: Field<R> = {
    optional: false,
    schema: {
      type: 'object',
      additionalProperties: false,
      required: Object.keys(values).filter((key) => values[key]?.optional !== true),
      description: SELECTOR_WORDS,
      properties: Object.fromEntries(Object.entries(known).map(([key, field]) => [key, field.schema])),
    },
    read: (reader, path, value) => {
      const given = reader.object(path, value, Object.keys(known));
      if (given['group'] !== undefined && given['symbol'] !== undefined)
        reader.report(`${path}.group`, 'a row names a symbol or a group, not both');
      if (given['group'] !== undefined && !reader.groups.has(String(given['group'])))
        reader.report(
          `${path}.group`,
          `"${String(given['group'])}" is not one of symbolGroups; define it there`,
        );
      const read = Object.entries(known).flatMap(([key, field]) => {
        const left = given[key] === undefined && (key in SELECTOR || values[key]?.optional === true);
        return left ? [] : [[key, field.read(reader, `${path}.${key}`, given[key])]];
      });
      return Object.fromEntries(read) as R;
    },
  };
  const list = listField(row, { description, min });
  return {
    ...list,
    read: (reader, path, value) => {
      const rows = list.read(reader, path, value);
      reader.reportRepeats(
        rows.map(({ account, symbol, group, accountType }) =>
          JSON.stringify([account, symbol, group, accountType]),
        ),
        (index) => [
          `${path}[${index}]`,
          'names the same account, symbol, group and account type as an earlier row; keep one',
        ],
      );
      return rows;
    },
  };
}

const ratesOf = (what: string, description: string, min = 0): Field<readonly RateRow[]> =>
  rowsField<RateRow>({ rate: { field: rateField(what) } }, { description, min });

const LOT = 'Money per lot (round turn) in the currency of the deal, decimal text.';
const lotRates = (description: string, min = 0): Field<readonly RateRow[]> =>
  rowsField<RateRow>(
    {
      rate: { field: rateField(LOT) },
      pointSize: {
        field: rateField(
          'When it is given, the rate is in points of this size: a lot pays rate × pointSize × contract size.',
        ),
        optional: true,
      },
    },
    { description, min },
  );

const pays = (description: string): Field<'counts' | 'excluded'> =>
  choiceField(description, ['counts', 'excluded'], 'counts');

const FILTERS = {
  minimumDurationSeconds: withDefault(
    wholeField('Trades that were open for strictly less pay nothing (trade_too_short).', {
      min: 0,
      max: 86_400,
    }),
    180,
  ),
  hedge: choiceField(
    'net: of the longs and shorts of one account, symbol and server day of close the smaller side pays nothing (trade_hedged), on a tie the shorts. off: hedged trades pay.',
    ['net', 'off'],
    'net',
  ),
  hedgeBy: choiceField('What hedged trades are looked for in.', ['account', 'customer'], 'account'),
  excludedSymbols: listField(textField('a symbol', 'A symbol.'), {
    description: 'Trades in these pay nothing (trade_excluded_symbol).',
  }),
  excludedAccountTypes: listField(textField('an account type', 'As the source tells it.'), {
    description: 'Trades on these account types pay nothing (trade_excluded_account).',
  }),
  socialAccounts: pays(
    'Trades of accounts that copy others (extra.social = "true"); excluded: trade_social_account.',
  ),
  pammMasters: pays(
    'Trades of PAMM master accounts (extra.pamm = "master"); excluded: trade_pamm_master, paid on investor accounts only.',
  ),
  zeroResult: pays('Trades with profit 0 or that closed at the opening price; excluded: trade_zero_result.'),
  negativeAccount: pays(
    'Trades that left the balance (measures.balance) below zero; excluded: trade_negative_account.',
  ),
  minimumMoveSpreads: orNull(
    rateField('A number of spreads, such as 2.5.'),
    'Trades whose price moved by strictly less than this many times their spread (measures.spread) pay nothing (trade_move_too_small). Null: any move counts.',
  ),
  creditBelow: orNull(
    rateField('A coefficient from 0 to 1.'),
    'Where (equity - credit) / equity (measures.equity, measures.credit) is below this, the amount is multiplied by it (trade_credit_funded). Null: bonus money does not matter.',
  ),
  capPerTrade: orNull(
    moneyField('Most that one trade pays.'),
    'Most that one trade pays (cap_per_trade): the leaf in additive_fixed and additive_percent, where overrides are limited each by its own deal; the whole pot in the other modes. Null: no limit.',
  ),
} as const;

const QUOTE_CURRENCIES = namesField(
  textField('a currency code', 'The currency of the price.'),
  'The currency in which symbols are quoted, by symbol. Symbols of six letters that are two currencies, or a precious metal and a currency, need none; all others are quoted in the notional currency (per_million), else in the currency of the deal.',
);

const LEVEL_TERMS = { overridePercent: OVERRIDE_PERCENT, ratios: RATIOS } as const;

const giveUps = (what: string): Field<readonly RateRow[]> =>
  ratesOf(
    what,
    'In mode pass_through: what this partner gives to the level above, of what it got. Limited to what it got.',
  );

const side = choiceField(
  'What one trade counts: close: the round turn, at the closing. open: the side that opened it. both: each side by itself, so twice the volume.',
  ['close', 'open', 'both'],
  'close',
);

export const PER_LOT = objectField(
  {
    id: ID,
    kind: constantField('per_lot'),
    levels: LEVELS,
    only: ONLY,
    rates: lotRates(
      'What the partner earns as the leaf; in mode difference also its own rate as an ancestor.',
      1,
    ),
    overrides: lotRates('What the partner earns as an ancestor in mode additive_fixed.'),
    giveUps: giveUps(LOT),
    ...LEVEL_TERMS,
    side,
    lotFactors: rowsField<FactorRow>(
      { factor: { field: rateField('What the lots are multiplied by.') } },
      { description: 'Modifiers of the lot size, by symbol, group or account type (V-FX-12).' },
    ),
    quoteCurrencies: QUOTE_CURRENCIES,
    tiers: tiersOf(['lots', 'first_deposits', 'active_customers'], 'lots'),
    ...FILTERS,
    caps: CAPS,
    holdDays: holdDays('the trade', 0),
  },
  'Pays per lot of each closed trade, once per round turn, on the closed volume.',
);

export const PER_MILLION = objectField(
  {
    id: ID,
    kind: constantField('per_million'),
    levels: LEVELS,
    only: ONLY,
    rates: ratesOf(
      'Money per million of notional, one side, in the currency of the deal.',
      'What the partner earns as the leaf; in mode difference also its own rate as an ancestor.',
      1,
    ),
    overrides: ratesOf(
      'Money per million of notional.',
      'What the partner earns as an ancestor in mode additive_fixed.',
    ),
    giveUps: giveUps('Money per million of notional.'),
    ...LEVEL_TERMS,
    notionalCurrency: withDefault(
      textField('a currency code', 'The currency in which a million is counted.'),
      'USD',
    ),
    quoteCurrencies: QUOTE_CURRENCIES,
    ...FILTERS,
    caps: CAPS,
    holdDays: holdDays('the trade', 0),
  },
  'Pays per million of notional of each closed trade: lots × contract size, and the price where the symbol is no pair of currencies.',
);

export const SPREAD_SHARE = objectField(
  {
    id: ID,
    kind: constantField('spread_share'),
    levels: LEVELS,
    only: ONLY,
    rates: ratesOf(
      'Per cent of the spread.',
      'What the partner earns as the leaf; in mode difference also its own rate as an ancestor.',
      1,
    ),
    overrides: ratesOf(
      'Per cent of the spread.',
      'What the partner earns as an ancestor in mode additive_fixed.',
    ),
    giveUps: giveUps('Per cent of the spread.'),
    ...LEVEL_TERMS,
    spreadIn: choiceField(
      'price: ask - bid (measures.ask, measures.bid, or measures.spread), times contract size and lots. money_per_lot: measures.spread is money per lot.',
      ['price', 'money_per_lot'],
      'price',
    ),
    spreadAt: choiceField(
      'Which spread counts: at the closing, at the opening, or half of both together.',
      ['close', 'open', 'average'],
      'close',
    ),
    quoteCurrencies: QUOTE_CURRENCIES,
    newsProtection: choiceField(
      'on: a spread above the average (measures.average_spread) is multiplied by average / spread.',
      ['off', 'on'],
      'off',
    ),
    ...FILTERS,
    caps: CAPS,
    holdDays: holdDays('the trade', 0),
  },
  'Pays a share of the spread of each closed trade.',
);

export const COMMISSION_SHARE = objectField(
  {
    id: ID,
    kind: constantField('commission_share'),
    levels: LEVELS,
    only: ONLY,
    rates: ratesOf(
      'Per cent of the commission that the customer paid.',
      'What the partner earns as the leaf; in mode difference also its own rate as an ancestor.',
      1,
    ),
    overrides: ratesOf(
      'Per cent of the commission.',
      'What the partner earns as an ancestor in mode additive_fixed.',
    ),
    giveUps: giveUps('Per cent of the commission.'),
    ...LEVEL_TERMS,
    ...FILTERS,
    caps: CAPS,
    holdDays: holdDays('the trade', 0),
  },
  'Pays a share of the commission that the customer paid for each closed trade.',
);

export type PerLotComponent = ValueOf<typeof PER_LOT>;
export type PerMillionComponent = ValueOf<typeof PER_MILLION>;
export type SpreadShareComponent = ValueOf<typeof SPREAD_SHARE>;
export type CommissionShareComponent = ValueOf<typeof COMMISSION_SHARE>;
