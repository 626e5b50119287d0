// JSON Schema of mapping documents, served at /v1/schemas/mapping. compile.ts checks the same by hand, with better words;
// a test holds the two together.
import { REASONS } from '../../kernel/reason.ts';
import { CHECKED_REASONS, SEVERITIES } from './checks.ts';
import { EVENT_KINDS } from './facts.ts';
import { MAPPING_FORMATS } from './language.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const texts: Schema = { type: 'array', items: { type: 'string' }, minItems: 1 };
const table: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

function object(required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Reads a path, or any value in its place. */
function reading(
  required: readonly string[],
  properties: Readonly<Record<string, Schema>>,
  more: Schema = {},
): Schema {
  return {
    anyOf: [
      { ...object(['path', ...required], { path: paths, ...properties }), ...more },
      { ...object(['value', ...required], { value, ...properties }), ...more },
    ],
  };
}

const paths: Schema = { anyOf: [text, texts] };
const value = ref('value');
const number = ref('number');
const time = ref('time');

const condition = ref('condition');
const conditions: Schema = { type: 'array', items: condition, minItems: 1 };
const flag: Schema = { type: 'boolean' };
const decimalText: Schema = { type: 'string', pattern: '^-?[0-9]{1,20}([.][0-9]{1,20})?$' };
const tableOrSetting: Schema = { anyOf: [table, object(['setting'], { setting: text })] };

const pathValue = object(['path'], {
  path: paths,
  absent: texts,
  digitsAfter: text,
  after: text,
  before: text,
  split: object(['by', 'take'], {
    by: text,
    take: { type: 'integer', minimum: -50, maximum: 50, description: '0 is the first part, -1 the last' },
  }),
  lower: flag,
  upper: flag,
  digest: { type: 'boolean', description: 'SHA-256 in hex' },
  cutEndingsSetting: text,
  mapSetting: {
    anyOf: [text, object(['name'], { name: text, otherwise: { enum: ['keep', 'absent'], default: 'keep' } })],
  },
  map: table,
  fold: {
    type: 'boolean',
    description: 'compare with the map in lower case, with spaces and dashes as underscores',
  },
  otherwise: {
    enum: ['keep', 'absent'],
    description: 'default: a value outside the map quarantines the row',
  },
  prefix: text,
  default: text,
});

const numberStyle = {
  decimal: { enum: ['.', ','], default: '.' },
  thousands: { enum: [',', '.', ' ', "'", '’', '_'] },
};
const lookup = (key: string): Schema =>
  object([key, 'table'], { [key]: value, table: tableOrSetting, default: decimalText });
const adjust = {
  scaleBy: lookup('value'),
  times: { anyOf: [decimalText, ref('valueObject')] },
  divideBy: { anyOf: [value, lookup('key')] },
  sign: { enum: ['keep', 'absolute', 'negate'], default: 'keep' },
  negativeWhen: conditions,
  required: { type: 'boolean', default: false },
};
const oneNumber: Schema = reading([], {
  unit: { enum: ['whole', 'minor', '1/100', '1/10000', '1/100000000', 'units'], default: 'whole' },
  digitsPath: value,
  absent: texts,
  ...numberStyle,
  ...adjust,
});

const formatNames = ['iso', 'local', 'epoch_s', 'epoch_ms', 'epoch', 'wall_epoch_s', 'wall_epoch_ms'];
const timeFormat: Schema = { anyOf: [{ enum: formatNames }, object(['pattern'], { pattern: text })] };
const oneTime: Schema = reading(['format'], {
  format: { anyOf: [timeFormat, { type: 'array', items: timeFormat, minItems: 1, maxItems: 20 }] },
  zone: { anyOf: [object(['const'], { const: text }), object(['setting'], { setting: text })] },
  absent: texts,
});

const executionNumbers = [
  'lots',
  'closedLots',
  'price',
  'contractSize',
  'profit',
  'commission',
  'swap',
  'fee',
];
const executionTexts = [
  'account',
  'position',
  'order',
  'side',
  'entry',
  'symbol',
  'service',
  'cancelled',
  'closeByPosition',
  'rawReason',
];
const each = (names: readonly string[], schema: Schema): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const eventNeeds = ['kind', 'externalId', 'occurredAt', 'identifiers'];
const eventKeys: Readonly<Record<string, Schema>> = {
  ...each(
    [
      'kind',
      'recordType',
      'externalId',
      'part',
      'currency',
      'clickId',
      'code',
      'transactionId',
      'originalId',
      'country',
      'product',
      'brand',
      'status',
      'test',
      'kyc',
      'group',
      'accountCurrency',
    ],
    value,
  ),
  keyByKind: { type: 'object', propertyNames: { enum: EVENT_KINDS }, additionalProperties: value },
  occurredAt: time,
  whenNoTime: { enum: ['quarantine', 'receivedAt'], default: 'quarantine' },
  identifiers: {
    type: 'array',
    minItems: 1,
    items: {
      anyOf: [object(['namespace', 'value'], { namespace: value, value }), object(['list'], { list: text })],
    },
  },
  amount: number,
  bonusPart: number,
  measures: {
    type: 'object',
    propertyNames: { pattern: '^[a-z][a-z0-9_]{0,39}$' },
    maxProperties: 40,
    additionalProperties: number,
  },
  customerStatus: object(['status'], { status: value, until: time }),
  payout: object(['status'], { status: value, gatewayId: value, fee: number }),
  execution: object(['account', 'position', 'side', 'entry', 'symbol', 'lots'], {
    ...each(executionNumbers, number),
    ...each(executionTexts, value),
  }),
  link: object(['namespace', 'value', 'customerNamespace', 'customerValue'], {
    ...each(['namespace', 'value', 'customerNamespace', 'customerValue'], value),
    effectiveFrom: time,
    effectiveTo: time,
  }),
  extra: { type: 'object', additionalProperties: value },
};
const event = object(eventNeeds, eventKeys);

const revisionOrder: Schema = {
  oneOf: [
    object(['kind'], { kind: { const: 'arrival' } }),
    object(['kind', 'value'], { kind: { const: 'version' }, value }),
    object(['kind', 'value'], { kind: { const: 'modifiedAt' }, value: time }),
    object(['kind', 'value', 'ranks'], {
      kind: { const: 'statusRank' },
      value,
      ranks: {
        type: 'object',
        minProperties: 1,
        additionalProperties: { type: 'integer', minimum: 0, maximum: 999_999 },
      },
    }),
  ],
};

const order: Schema = { anyOf: [decimalText, ref('valueObject')] };
const comparisons = {
  equals: text,
  in: texts,
  inSetting: text,
  inField: text,
  present: flag,
  startsWith: text,
  endsWith: text,
  contains: text,
  gt: order,
  gte: order,
  lt: order,
  lte: order,
};
const comparison = reading([], { ...comparisons, fold: flag }, { minProperties: 2 });

const when: Schema = { type: 'array', items: condition };
const rule: Schema = {
  oneOf: [
    object(['name', 'ignore'], {
      name: text,
      when,
      ignore: object(['reason', 'detail'], { reason: { enum: Object.keys(REASONS) }, detail: text }),
    }),
    object(['name', 'event', 'revisionOrder'], { name: text, when, event, revisionOrder }),
    object(['name', 'events'], {
      name: text,
      when,
      events: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        items: object(eventNeeds, { ...eventKeys, when, revisionOrder }),
      },
      revisionOrder,
    }),
  ],
};

const severity: Schema = { enum: SEVERITIES };
const check = object(['name', 'when', 'severity', 'message'], {
  name: text,
  when: conditions,
  severity,
  message: text,
  fix: text,
  reason: { enum: Object.keys(REASONS) },
});

const setting = object(['type', 'description'], {
  type: { enum: ['text', 'zone', 'currency', 'table', 'list'] },
  description: text,
  required: { type: 'boolean', default: false },
  default: text,
});

const feedKeys: Readonly<Record<string, Schema>> = {
  format: { enum: MAPPING_FORMATS },
  csv: object([], {
    delimiter: { enum: [',', ';', '\t', '|', 'auto'], default: 'auto' },
    header: { anyOf: [{ const: true }, { ...texts, maxItems: 1000 }], default: true },
    quote: { enum: ['"', "'"], default: '"' },
    skipLines: { type: 'integer', minimum: 0, maximum: 100, default: 0 },
    totals: texts,
    anyCase: { type: 'boolean', default: false },
  }),
  envelope: object(['path', 'accept'], { path: text, accept: texts, empty: texts }),
  rows: texts,
  alsoRows: texts,
  columns: { anyOf: [{ ...texts, maxItems: 1000 }, object(['setting'], { setting: text })] },
  rules: { type: 'array', minItems: 1, maxItems: 200, items: rule },
  checks: { type: 'array', minItems: 1, maxItems: 50, items: check },
  knownFields: texts,
  covers: texts,
  embeddedJson: texts,
  rowsAre: { enum: ['snapshot', 'delta'] },
};

/** JSON Schema 2020-12 of a mapping document, language version 1. Unknown keys are refused at every place. */
export const MAPPING_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mapping document, language version 1',
  ...object(['language', 'name', 'format'], {
    language: { const: 1 },
    name: text,
    description: { type: 'string' },
    settings: { type: 'object', additionalProperties: setting },
    numbers: object([], numberStyle),
    severity: {
      type: 'object',
      propertyNames: { enum: CHECKED_REASONS },
      additionalProperties: severity,
    },
    privacy: object([], { mode: { enum: ['dropListed', 'keepRead'] }, keep: texts, drop: texts }),
    feeds: { type: 'object', maxProperties: 50, additionalProperties: object([], feedKeys) },
    ...feedKeys,
  }),
  $defs: {
    value: { anyOf: [text, ref('valueObject')] },
    valueObject: {
      anyOf: [
        pathValue,
        object(['const'], { const: text }),
        object(['setting'], { setting: text }),
        object(['template'], { template: text }),
        object(['first'], { first: { type: 'array', items: value, minItems: 1 } }),
      ],
    },
    number: {
      anyOf: [
        text,
        oneNumber,
        object(['first'], {
          first: { type: 'array', items: number, minItems: 1, maxItems: 20 },
          tolerance: text,
        }),
        object(['sum'], { sum: { type: 'array', items: number, minItems: 1, maxItems: 20 }, ...adjust }),
      ],
    },
    time: { anyOf: [oneTime, object(['first'], { first: { type: 'array', items: oneTime, minItems: 1 } })] },
    condition: {
      anyOf: [
        comparison,
        object(['any'], { any: conditions }),
        object(['all'], { all: conditions }),
        object(['not'], { not: { anyOf: [condition, conditions] } }),
      ],
    },
  },
};
