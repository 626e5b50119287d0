import { isCurrency } from '../../kernel/money.ts';
import { CPA } from './cpa-terms.ts';
import type { CpaComponent } from './cpa-terms.ts';
import type { DocumentReader } from './document-reader.ts';
import { choiceField, kindsField, listField, objectField } from './field.ts';
import type { Field } from './field.ts';
import { gradesOf } from './grade-terms.ts';
import { FLAT_FEE, REVSHARE, SUB_PARTNER_SHARE } from './period-terms.ts';
import type { FlatFeeComponent, RevshareComponent, SubPartnerShareComponent } from './period-terms.ts';
import { PURCHASE_SHARE, STAGE_PAYMENT } from './prop-terms.ts';
import type { PurchaseShareComponent, StagePaymentComponent } from './prop-terms.ts';
import { COMMISSION_SHARE, PER_LOT, PER_MILLION, SPREAD_SHARE } from './trading-terms.ts';
import type {
  CommissionShareComponent,
  PerLotComponent,
  PerMillionComponent,
  SpreadShareComponent,
} from './trading-terms.ts';

/** Components that pay for each closed trade. */
export type TradingComponent =
  | PerLotComponent
  | PerMillionComponent
  | SpreadShareComponent
  | CommissionShareComponent;

export type DealComponent =
  | TradingComponent
  | CpaComponent
  | PurchaseShareComponent
  | StagePaymentComponent
  | RevshareComponent
  | FlatFeeComponent
  | SubPartnerShareComponent;

/** Every kind of component, with how its document is read. */
export const COMPONENTS: {
  readonly [K in DealComponent['kind']]: Field<Extract<DealComponent, { kind: K }>>;
} = {
  per_lot: PER_LOT,
  per_million: PER_MILLION,
  spread_share: SPREAD_SHARE,
  commission_share: COMMISSION_SHARE,
  cpa: CPA,
  purchase_share: PURCHASE_SHARE,
  stage_payment: STAGE_PAYMENT,
  revshare: REVSHARE,
  flat_fee: FLAT_FEE,
  sub_partner_share: SUB_PARTNER_SHARE,
};

const CURRENCY: Field<string> = {
  optional: false,
  schema: { type: 'string', pattern: '^[A-Z]{3,5}$', description: 'Currency in which this deal pays.' },
  read: (reader, path, value) => {
    if (typeof value === 'string' && isCurrency(value)) {
      reader.currency = value;
      return value;
    }
    reader.report(path, 'must be a known currency code in capital letters, such as "USD"');
    return '';
  },
};

const SYMBOL_GROUPS: Field<Readonly<Record<string, readonly string[]>>> = {
  optional: true,
  schema: {
    type: 'object',
    default: {},
    description: 'Names for groups of symbols, to be used in rates. A symbol stands in one group at most.',
    propertyNames: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
    additionalProperties: {
      type: 'array',
      maxItems: 500,
      items: { type: 'string', minLength: 1, maxLength: 64, description: 'A symbol.' },
    },
  },
  read: readSymbolGroups,
};

function readSymbolGroups(
  reader: DocumentReader,
  path: string,
  value: unknown,
): Record<string, readonly string[]> {
  const groups: Record<string, readonly string[]> = {};
  const owner = new Map<string, string>();
  for (const [name, listed] of reader.entries(path, value ?? {})) {
    const at = `${path}.${name}`;
    reader.id(at, name);
    const symbols = reader
      .list(at, listed)
      .map((symbol, index) => reader.text(`${at}[${index}]`, symbol, 'a symbol'));
    groups[name] = symbols;
    for (const [index, symbol] of symbols.entries()) {
      const other = owner.get(symbol);
      if (other !== undefined)
        reader.report(
          `${at}[${index}]`,
          `"${symbol}" stands in the group "${other}" already; a symbol has one group`,
        );
      owner.set(symbol, name);
    }
  }
  reader.groups = new Set(Object.keys(groups));
  return groups;
}

const LISTED = listField(
  kindsField<DealComponent['kind'], DealComponent>(COMPONENTS, 'A rule that pays on its own.'),
  { description: 'Rules that pay on their own.', min: 1 },
);

const COMPONENT_LIST: Field<readonly DealComponent[]> = {
  ...LISTED,
  read: (reader, path, value) =>
    (reader.components = LISTED.read(reader, path, value)) as readonly DealComponent[],
};

/** A deal document. Fields are read in this order: amounts need the currency, rates the groups, grades the components. */
export const DOCUMENT = objectField(
  {
    currency: CURRENCY,
    rounding: choiceField(
      'Once per line, at the smallest unit of the currency.',
      ['half_even', 'half_up'],
      'half_even',
    ),
    late: choiceField(
      'What evidence means that arrives after its period was closed. restate: the period is computed again, and the difference is booked in the open period. current_period: it counts in the first period that is open when it arrives.',
      ['restate', 'current_period'],
      'restate',
    ),
    symbolGroups: SYMBOL_GROUPS,
    components: COMPONENT_LIST,
    grades: gradesOf(COMPONENTS),
  },
  'The terms of a partner, or of every partner of a program that has none of its own. Amounts and rates are decimal text.',
);
