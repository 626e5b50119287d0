import type { DocumentReader } from './document-reader.ts';
import {
  choiceField,
  idField,
  listField,
  objectField,
  orNull,
  rateField,
  wholeField,
  withDefault,
} from './field.ts';
import type { Field, ValueOf } from './field.ts';

// Grades: levels of a partner that are checked on a date (rules.md 1.2 and 2.4; semantics.md 4.8 and 5.9).

/** What a check counts of the partner's own customers, by day of the program's zone (docs/figures.md). */
export const GRADE_METRICS = [
  'registrations',
  'first_deposits',
  'active_customers',
  'trades',
  'lots',
  'deposits',
  'net_deposits',
  'purchases',
  'ngr',
] as const;
export type GradeMetric = (typeof GRADE_METRICS)[number];

/** Metrics that are money, counted in the base currency of the program. */
export const MONEY_METRICS: ReadonlySet<GradeMetric> = new Set<GradeMetric>([
  'deposits',
  'net_deposits',
  'purchases',
  'ngr',
]);

/** What a grade may change of a component: rates and amounts only, so that what qualifies, and when it is settled, is the same in all grades. */
export const GRADED_FIELDS = {
  per_lot: ['rates', 'overrides', 'giveUps', 'overridePercent', 'ratios'],
  per_million: ['rates', 'overrides', 'giveUps', 'overridePercent', 'ratios'],
  spread_share: ['rates', 'overrides', 'giveUps', 'overridePercent', 'ratios'],
  commission_share: ['rates', 'overrides', 'giveUps', 'overridePercent', 'ratios'],
  cpa: ['amount', 'override', 'giveUp', 'overridePercent', 'ratios'],
  purchase_share: [
    'percent',
    'repeatPercent',
    'resetPercent',
    'override',
    'giveUp',
    'overridePercent',
    'ratios',
  ],
  stage_payment: ['amount', 'percent', 'override', 'giveUp', 'overridePercent', 'ratios'],
  revshare: ['percent', 'overridePercent'],
  flat_fee: ['amount'],
  sub_partner_share: ['percent'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type GradedKind = keyof typeof GRADED_FIELDS;

/** What a grade changes of one component: the named fields stand in place of those of the component. */
export interface GradeChange {
  /** Id of a component of the deal. */
  readonly component: string;
  readonly [field: string]: unknown;
}

type ReadComponent = { readonly [K in GradedKind]: Field<unknown> };

/**
 * The changes of one component. They are read as the component itself with these fields in place of its own, so whatever is refused of a
 * component is refused of them, at their place.
 */
function changeField(components: ReadComponent): Field<GradeChange> {
  return {
    optional: false,
    schema: {
      type: 'object',
      required: ['component'],
      additionalProperties: false,
      description:
        'What this grade changes of one component; fields that are left out stay as the component says. Which fields a component of which kind may change: its rates and amounts.',
      properties: {
        component: {
          type: 'string',
          pattern: '^[a-z][a-z0-9-]{0,39}$',
          description: 'Id of a component of this deal.',
        },
        ...changeSchemas(components),
      },
    },
    read: (reader, path, value) => readChange(reader, { path, value, components }),
  };
}

/** For each field the schemas that it has in the kinds of components that have it, without defaults: what is left out stays. */
function changeSchemas(components: ReadComponent): Record<string, unknown> {
  const byField = new Map<string, Map<string, unknown>>();
  for (const [kind, fields] of Object.entries(GRADED_FIELDS)) {
    const { properties } = components[kind as GradedKind].schema as {
      readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    for (const field of fields) {
      const { default: _default, description: _description, ...schema } = properties[field] ?? {};
      const known = byField.get(field) ?? new Map<string, unknown>();
      byField.set(field, known.set(JSON.stringify(schema), schema));
    }
  }
  return Object.fromEntries(
    [...byField].map(([field, schemas]) => [
      field,
      { description: 'As in the component.', anyOf: [...schemas.values()] },
    ]),
  );
}

function readChange(
  reader: DocumentReader,
  {
    path,
    value,
    components,
  }: { readonly path: string; readonly value: unknown; readonly components: ReadComponent },
): GradeChange {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const given = (isObject ? value : {}) as Readonly<Record<string, unknown>>;
  const id = reader.id(`${path}.component`, given['component']);
  const own = reader.components.find((component) => component.id === id);
  if (own === undefined) {
    if (!isObject) reader.object(path, value, ['component']);
    else if (id !== '')
      reader.report(
        `${path}.component`,
        `"${id}" is not the id of a component of this deal${reader.components.length === 0 ? '' : `; there are ${reader.components.map((component) => `"${component.id}"`).join(', ')}`}`,
      );
    return { component: id };
  }
  const kind = own.kind as GradedKind;
  const fields: readonly string[] = GRADED_FIELDS[kind];
  reader.object(path, value, ['component', ...fields]);
  const changed = fields.filter((field) => given[field] !== undefined);
  if (changed.length === 0)
    reader.report(path, `changes nothing; give one of ${fields.join(', ')}, or leave it out`);
  const read = components[kind].read(reader, path, {
    ...own,
    ...Object.fromEntries(changed.map((field) => [field, given[field]])),
  }) as Readonly<Record<string, unknown>>;
  return { component: id, ...Object.fromEntries(changed.map((field) => [field, read[field]])) };
}

const NEED = objectField(
  {
    metric: choiceField(
      'What is counted of the own customers in the window. registrations, first_deposits, trades, lots: numbers. active_customers: different customers with an active day in a month (window of one month, checked on its first day). deposits, net_deposits (less withdrawals and what was taken back), purchases, ngr (as told): money in the base currency of the program, each day at the rate of its end.',
      GRADE_METRICS,
    ),
    atLeast: rateField('The grade is reached with this much or more.'),
  },
  'One condition.',
);

/** How partners rise and fall; `components` reads what a grade changes. */
export const gradesOf = (components: ReadComponent): ReturnType<typeof gradesField> =>
  gradesField(components);

const gradesField = (components: ReadComponent) =>
  orNull(
    objectField(
      {
        ladder: listField(
          objectField(
            {
              grade: idField(
                'Name of the grade, unique in the deal; decisions name it, so keep it from version to version.',
              ),
              needs: listField(NEED, {
                description:
                  'What is asked for. The lowest grade asks for nothing, every other one for something.',
              }),
              match: choiceField('Whether all of them are asked for, or any.', ['all', 'any'], 'all'),
              terms: listField(changeField(components), {
                description: 'What a partner of this grade is paid otherwise than the components say.',
              }),
            },
            'One grade.',
          ),
          { description: 'The grades, the lowest first.', min: 2 },
        ),
        start: orNull(
          idField('A grade of the ladder.'),
          'The grade of a partner of whom nothing was decided yet. Null: the lowest.',
        ),
        window: choiceField(
          'What is counted over, up to the check: calendar months, days, or everything before it.',
          ['months', 'days', 'lifetime'],
          'months',
        ),
        windowLength: withDefault(
          wholeField('Number of months or days of the window.', { min: 1, max: 3_650 }),
          3,
        ),
        check: choiceField(
          'How often it is checked, at midnight in the zone of the program. quarter: in January, April, July and October.',
          ['month', 'quarter', 'week', 'day'],
          'month',
        ),
        checkDay: withDefault(
          wholeField('The day of the month on which it is checked, or of the week, 1 being Monday.', {
            min: 1,
            max: 28,
          }),
          1,
        ),
        upgrade: choiceField(
          'When a higher grade takes effect: at the check, a day later, or with the next month.',
          ['immediate', 'next_day', 'next_month'],
          'next_day',
        ),
        downgrade: choiceField(
          'When a lower grade takes effect: at the check; with the next month; when every check of graceMonths found too little; or never.',
          ['immediate', 'period_end', 'after_grace', 'never'],
          'period_end',
        ),
        graceMonths: withDefault(
          wholeField(
            'With downgrade after_grace: calendar months from the first check that found too little. The first check at or after their end takes the grade away, if all between found too little too.',
            { min: 1, max: 24 },
          ),
          1,
        ),
        steps: choiceField(
          'Whether one check may move the partner over several grades, or by one only.',
          ['any', 'one'],
          'any',
        ),
        approval: choiceField(
          'automatic: what a check finds takes effect by itself. manual: a change of the grade waits until a person agrees.',
          ['automatic', 'manual'],
          'automatic',
        ),
      },
      'How partners rise and fall by what they bring, checked on a date.',
    ),
    'Grades that are checked on a date, and what they pay otherwise. A component that is settled by month follows the grade at the beginning of the month, everything else the grade at the instant of the event. Null: none.',
  );

export type GradeTerms = NonNullable<ValueOf<ReturnType<typeof gradesField>>>;
export type GradeStep = GradeTerms['ladder'][number];
