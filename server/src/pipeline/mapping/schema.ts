// JSON Schema of mapping documents, served at /v1/schemas/mapping. compile.ts checks the same by hand, with better words;
// a test holds the two together.
import { REASONS } from '../../kernel/reason.ts';
import { EVENT_KINDS } from './facts.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const texts: Schema = { type: 'array', items: { type: 'string' }, minItems: 1 };
const table: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });

function object(required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', additionalProperties: false, required, properties };
}

const paths: Schema = { anyOf: [text, texts] };
const value = ref('value');
const number = ref('number');
const time = ref('time');

const pathValue = object(['path'], {
  path: paths,
  absent: texts,
  map: table,
  fold: {
    type: 'boolean',
    description: 'compare with the map in lower case, with spaces and dashes as underscores',
  },
  otherwise: {
    enum: ['keep', 'absent'],
    description: 'default: a value outside the map quarantines the row',
  },
  default: text,
  digitsAfter: text,
  prefix: text,
  mapSetting: text,
  cutEndingsSetting: text,
});

const oneNumber = object(['path'], {
  path: paths,
  unit: { enum: ['whole', 'minor', '1/100', '1/10000', '1/100000000', 'units'], default: 'whole' },
  digitsPath: value,
  sign: { enum: ['keep', 'absolute', 'negate'], default: 'keep' },
  absent: texts,
});

const formats = ['iso', 'local', 'epoch_s', 'epoch_ms', 'epoch', 'wall_epoch_s', 'wall_epoch_ms'];
const oneTime = object(['path', 'format'], {
  path: paths,
  format: { anyOf: [{ enum: formats }, { type: 'array', items: { enum: formats }, minItems: 1 }] },
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

const event = object(['kind', 'externalId', 'occurredAt', 'identifiers'], {
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
});

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

const condition = object(['path'], {
  path: text,
  equals: text,
  in: texts,
  present: { type: 'boolean' },
  fold: { type: 'boolean' },
});
const when: Schema = { type: 'array', items: condition };
const rule: Schema = {
  oneOf: [
    object(['name', 'ignore'], {
      name: text,
      when,
      ignore: object(['reason', 'detail'], { reason: { enum: Object.keys(REASONS) }, detail: text }),
    }),
    object(['name', 'event', 'revisionOrder'], { name: text, when, event, revisionOrder }),
  ],
};

const setting = object(['type', 'description'], {
  type: { enum: ['text', 'zone', 'currency', 'table', 'list'] },
  description: text,
  required: { type: 'boolean', default: false },
  default: text,
});

/** JSON Schema 2020-12 of a mapping document, language version 1. Unknown keys are refused at every place. */
export const MAPPING_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Mapping document, language version 1',
  ...object(['language', 'name', 'format'], {
    language: { const: 1 },
    name: text,
    description: { type: 'string' },
    format: { enum: ['json', 'form', 'query', 'auto', 'canonical'] },
    settings: { type: 'object', additionalProperties: setting },
    envelope: object(['path', 'accept', 'empty'], { path: text, accept: texts, empty: texts }),
    rows: texts,
    rules: { type: 'array', minItems: 1, items: rule },
    knownFields: texts,
  }),
  $defs: {
    value: {
      anyOf: [
        text,
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
          first: { type: 'array', items: { anyOf: [text, oneNumber] }, minItems: 1 },
          tolerance: text,
        }),
      ],
    },
    time: { anyOf: [oneTime, object(['first'], { first: { type: 'array', items: oneTime, minItems: 1 } })] },
  },
};
