import type { DocumentReader } from './document-reader.ts';

// A field of a deal document says in one place how it is read, what it is when it is left out, and how the JSON Schema shows it,
// so that parser, schema and types cannot tell different stories.

type Schema = Readonly<Record<string, unknown>>;

/** One field: `read` gets the value as it stands in the document, undefined where it is left out. */
export interface Field<T> {
  readonly schema: Schema;
  /** May be left out. */
  readonly optional: boolean;
  read(reader: DocumentReader, path: string, value: unknown): T;
}

/** The value that a field reads. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

type Fields = Readonly<Record<string, Field<unknown>>>;
type ObjectOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** The field when it is left out: what is given here, read like any other value. */
export function withDefault<T>(field: Field<T>, fallback: unknown): Field<T> {
  return {
    schema: { ...field.schema, default: fallback },
    optional: true,
    read: (reader, path, value) => field.read(reader, path, value === undefined ? fallback : value),
  };
}

/** Null, which it also is when it is left out, or the field. */
export function orNull<T>(field: Field<T>, description: string): Field<T | null> {
  return {
    schema: { anyOf: [field.schema, { type: 'null' }], default: null, description },
    optional: true,
    read: (reader, path, value) =>
      value === undefined || value === null ? null : field.read(reader, path, value),
  };
}

/** A name in the key of amounts: keep it from version to version. */
export function idField(description: string): Field<string> {
  return {
    schema: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$', description },
    optional: false,
    read: (reader, path, value) => reader.id(path, value),
  };
}

export function textField(what: string, description: string): Field<string> {
  return {
    schema: { type: 'string', minLength: 1, maxLength: 64, description },
    optional: false,
    read: (reader, path, value) => reader.text(path, value, what),
  };
}

/** Money of the deal's currency, zero or more. */
export function moneyField(description: string): Field<string> {
  return {
    schema: { type: 'string', pattern: '^[0-9]{1,12}(\\.[0-9]{1,18})?$', description },
    optional: false,
    read: (reader, path, value) => reader.money(path, value),
  };
}

/** A rate, share or quantity, zero or more, of at most 8 digits after the point. */
export function rateField(description: string): Field<string> {
  return {
    schema: { type: 'string', pattern: '^[0-9]{1,12}(\\.[0-9]{1,8})?$', description },
    optional: false,
    read: (reader, path, value) => reader.rate(path, value),
  };
}

/** A quantity that may be below zero. */
export function signedField(description: string): Field<string> {
  return {
    schema: { type: 'string', pattern: '^-?[0-9]{1,12}(\\.[0-9]{1,8})?$', description },
    optional: false,
    read: (reader, path, value) => reader.signed(path, value),
  };
}

/** Per cent: "35" is 35 %. */
export function percentField(description: string): Field<string> {
  return rateField(`${description} In per cent: "35" is 35 %.`);
}

export function wholeField(
  description: string,
  bounds: { readonly min: number; readonly max: number },
): Field<number> {
  return {
    schema: { type: 'integer', minimum: bounds.min, maximum: bounds.max, description },
    optional: false,
    read: (reader, path, value) => reader.integer(path, value, bounds),
  };
}

export function flagField(description: string, fallback: boolean): Field<boolean> {
  return {
    schema: { type: 'boolean', default: fallback, description },
    optional: true,
    read: (reader, path, value) => reader.flag(path, value, fallback),
  };
}

export function choiceField<const T extends string>(
  description: string,
  choices: readonly T[],
  fallback?: T,
): Field<T> {
  return {
    schema: { enum: choices, description, ...(fallback === undefined ? {} : { default: fallback }) },
    optional: fallback !== undefined,
    read: (reader, path, value) =>
      reader.choice(path, value, fallback === undefined ? { choices } : { choices, fallback }),
  };
}

/** The one value that a field may have, such as the kind of a component. */
export function constantField<const T extends string>(only: T): Field<T> {
  return {
    schema: { const: only },
    optional: false,
    read: (reader, path, value) => reader.choice(path, value, { choices: [only] }),
  };
}

export function listField<T>(
  item: Field<T>,
  { description, min = 0 }: { readonly description: string; readonly min?: number },
): Field<readonly T[]> {
  return {
    schema: {
      type: 'array',
      ...(min === 0 ? { default: [] } : { minItems: min }),
      maxItems: 500,
      description,
      items: item.schema,
    },
    optional: min === 0,
    read: (reader, path, value) => {
      const entries = reader.list(path, value, min === 0 ? [] : undefined);
      if (Array.isArray(value) && value.length < min)
        reader.report(path, `must hold at least ${min === 1 ? 'one entry' : `${min} entries`}`);
      return entries.map((entry, index) => item.read(reader, `${path}[${index}]`, entry));
    },
  };
}

/** An object of names that the document chooses. */
export function namesField<T>(item: Field<T>, description: string): Field<Readonly<Record<string, T>>> {
  return {
    schema: {
      type: 'object',
      default: {},
      description,
      propertyNames: { minLength: 1, maxLength: 64 },
      additionalProperties: item.schema,
    },
    optional: true,
    read: (reader, path, value) =>
      Object.fromEntries(
        reader
          .entries(path, value ?? {})
          .map(([name, entry]) => [
            reader.text(`${path}.${name}`, name, 'a name'),
            item.read(reader, `${path}.${name}`, entry),
          ]),
      ),
  };
}

/** An object of known fields; others are problems. `{}` where it may be left out: every field of it then must be optional. */
export function objectField<F extends Fields>(
  fields: F,
  description: string,
  more: { readonly whenLeftOut?: 'empty' } = {},
): Field<ObjectOf<F>> {
  const known = Object.keys(fields);
  const optional = more.whenLeftOut === 'empty';
  return {
    schema: {
      type: 'object',
      additionalProperties: false,
      ...(optional ? { default: {} } : {}),
      required: known.filter((key) => fields[key]?.optional === false),
      description,
      properties: Object.fromEntries(known.map((key) => [key, fields[key]?.schema])),
    },
    optional,
    read: (reader, path, value) => {
      const given = optional && value === undefined ? {} : reader.object(path, value, known);
      return Object.fromEntries(
        Object.entries(fields).map(([key, field]) => [key, field.read(reader, `${path}.${key}`, given[key])]),
      ) as ObjectOf<F>;
    },
  };
}

/** One of several kinds of objects, told apart by their `kind`. */
export function kindsField<K extends string, T>(
  kinds: Readonly<Record<K, Field<T>>>,
  description: string,
): Field<T> {
  const names = Object.keys(kinds) as K[];
  return {
    schema: { description, oneOf: Object.values<Field<T>>(kinds).map((field) => field.schema) },
    optional: false,
    read: (reader, path, value) => {
      const kind = reader.kind(path, value, names);
      return kinds[kind].read(reader, path, value);
    },
  };
}
