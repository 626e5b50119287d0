// The mapping language, version 1: how a source's rows become canonical events, said as data (design.md 2, connectors.md 12).
// A document is JSON, versioned and never edited; compile.ts turns it into closures, schema.ts is its JSON Schema.
import type { ReasonCode } from '../../kernel/reason.ts';

/**
 * What a source declares once, beside its mapping: server, time zone, currency, symbol map.
 * Text, a table of texts, or a list of texts.
 */
export type SettingValue = string | Readonly<Record<string, string>> | readonly string[];
export type SourceSettings = Readonly<Record<string, SettingValue>>;

/** Reads one text from a row. A plain string is short for `{ "path": ... }`. */
export type ValueSpec =
  | string
  | PathSpec
  | { const: string }
  | { setting: string }
  | { template: string }
  | { first: readonly ValueSpec[] };

export interface PathSpec {
  /** Dotted path, or several in order of preference: the first that is present and not empty wins. */
  path: string | readonly string[];
  /** Values that count as absent, besides null and the empty text. */
  absent?: readonly string[];
  /** Values by table; without `otherwise`, a value that is not in it quarantines the row. */
  map?: Readonly<Record<string, string>>;
  /** Compare with the map in lower case, spaces and dashes as underscores. */
  fold?: boolean;
  otherwise?: 'keep' | 'absent';
  /** When absent. */
  default?: string;
  /** Only the digits that follow this text; absent when the text does not occur. */
  digitsAfter?: string;
  /** Put before a present value. */
  prefix?: string;
  /** Exact replacements from a setting that holds a table. */
  mapSetting?: string;
  /** Endings that are cut off, from a setting that holds a list; the first that fits. */
  cutEndingsSetting?: string;
}

/** What one unit of a raw number is. `units` are divided by the contract size of the row. */
export type NumberUnit = 'whole' | 'minor' | '1/100' | '1/10000' | '1/100000000' | 'units';

export interface NumberSpec {
  path: string | readonly string[];
  unit?: NumberUnit;
  /** Field that holds the number of digits after the point (cTrader's moneyDigits). */
  digitsPath?: string;
  sign?: 'keep' | 'absolute' | 'negate';
  /** Values that count as absent, besides null and the empty text. */
  absent?: readonly string[];
}

/** Several readings of one quantity: the first that is present wins, and those that are present must agree within `tolerance`. */
export interface FirstNumberSpec {
  first: readonly NumberSpec[];
  tolerance?: string;
}

export type AnyNumberSpec = string | NumberSpec | FirstNumberSpec;

/**
 * `iso`: with offset. `local`: wall clock text in the zone. `epoch_s`, `epoch_ms`: true epoch. `epoch`: seconds, milliseconds or microseconds by
 * the number of digits. `wall_epoch_s`, `wall_epoch_ms`: a wall clock of the zone written as if it were UTC (MetaTrader).
 */
export type TimeFormat =
  | 'iso'
  | 'local'
  | 'epoch_s'
  | 'epoch_ms'
  | 'epoch'
  | 'wall_epoch_s'
  | 'wall_epoch_ms';

export interface TimeSpec {
  path: string | readonly string[];
  /** One format, or several tried in order. */
  format: TimeFormat | readonly TimeFormat[];
  /** Zone of `local` and `wall_*`. */
  zone?: { const: string } | { setting: string };
  absent?: readonly string[];
}

export type AnyTimeSpec = TimeSpec | { first: readonly TimeSpec[] };

export interface Condition {
  path: string;
  equals?: string;
  in?: readonly string[];
  present?: boolean;
  /** Compare in lower case, with spaces and dashes as underscores. */
  fold?: boolean;
}

/** One identifier, or a field that holds a list of `{ namespace, value }`. */
export type IdentifierSpec = { namespace: ValueSpec; value: ValueSpec } | { list: string };

export interface ExecutionSpec {
  account: ValueSpec;
  position: ValueSpec;
  order?: ValueSpec;
  side: ValueSpec;
  entry: ValueSpec;
  symbol: ValueSpec;
  lots: AnyNumberSpec;
  closedLots?: AnyNumberSpec;
  price?: AnyNumberSpec;
  contractSize?: AnyNumberSpec;
  profit?: AnyNumberSpec;
  commission?: AnyNumberSpec;
  swap?: AnyNumberSpec;
  fee?: AnyNumberSpec;
  /** 'true' or 'false'. */
  service?: ValueSpec;
  /** 'true' or 'false'. */
  cancelled?: ValueSpec;
  closeByPosition?: ValueSpec;
  rawReason?: ValueSpec;
}

export interface LinkSpec {
  namespace: ValueSpec;
  value: ValueSpec;
  customerNamespace: ValueSpec;
  customerValue: ValueSpec;
  effectiveFrom?: AnyTimeSpec;
  effectiveTo?: AnyTimeSpec;
}

export interface EventSpec {
  kind: ValueSpec;
  /** As the outside system names the record; absent: the name that the kind's map gives it, whatever the spelling and the status. */
  recordType?: ValueSpec;
  externalId: ValueSpec;
  /** Key of kinds that happen once, used when `externalId` is absent. */
  keyByKind?: Readonly<Record<string, ValueSpec>>;
  part?: ValueSpec;
  occurredAt: AnyTimeSpec;
  /** `receivedAt`: an event without a time happened when it was received, and its time is no part of its content. */
  whenNoTime?: 'quarantine' | 'receivedAt';
  /** In order of preference; at least one must be present. */
  identifiers: readonly IdentifierSpec[];
  amount?: AnyNumberSpec;
  currency?: ValueSpec;
  clickId?: ValueSpec;
  code?: ValueSpec;
  transactionId?: ValueSpec;
  originalId?: ValueSpec;
  country?: ValueSpec;
  product?: ValueSpec;
  brand?: ValueSpec;
  /** Mapped to approved, pending or declined. */
  status?: ValueSpec;
  /** 'true' or 'false'. */
  test?: ValueSpec;
  /** Mapped to pending, passed or failed; read for kyc_status only. */
  kyc?: ValueSpec;
  execution?: ExecutionSpec;
  link?: LinkSpec;
  extra?: Readonly<Record<string, ValueSpec>>;
}

export type RevisionSpec =
  | { kind: 'arrival' }
  | { kind: 'version'; value: ValueSpec }
  | { kind: 'modifiedAt'; value: AnyTimeSpec }
  | { kind: 'statusRank'; value: ValueSpec; ranks: Readonly<Record<string, number>> };

/** The first rule whose conditions all hold decides the row; a row that no rule knows is quarantined as `unknown_event`. */
export type RuleSpec =
  | { name: string; when?: readonly Condition[]; ignore: { reason: ReasonCode; detail: string } }
  | { name: string; when?: readonly Condition[]; event: EventSpec; revisionOrder: RevisionSpec };

/** An answer that carries its own success code, read before the rows. */
export interface EnvelopeSpec {
  path: string;
  /** Codes (the number at the start of the text) that mean success. */
  accept: readonly string[];
  /** Codes that mean "nothing to tell". */
  empty: readonly string[];
}

export interface SettingSpec {
  type: 'text' | 'zone' | 'currency' | 'table' | 'list';
  description: string;
  required?: boolean;
  default?: string;
}

export interface MappingDocument {
  language: 1;
  name: string;
  description?: string;
  /** `auto`: JSON, form or query by content type, with the query's fields as defaults of each row. `canonical`: our own event shape. */
  format: 'json' | 'form' | 'query' | 'auto' | 'canonical';
  settings?: Readonly<Record<string, SettingSpec>>;
  envelope?: EnvelopeSpec;
  /** Where the rows are, tried in order: `$`, `[*]`, `a.b`, `a.b[*]`. Default `$`. */
  rows?: readonly string[];
  rules?: readonly RuleSpec[];
  /** Fields that are known and not read, so that they are not counted as unknown. */
  knownFields?: readonly string[];
}

/** What is wrong with a document or with settings, where, and what to do. */
export interface MappingProblem {
  /** JSON path in the document, or `settings.<name>`. */
  path: string;
  problem: string;
  remedy: string;
}

/** Thrown by compileMapping; checkMapping gives the same problems as a value. */
export class InvalidMapping extends Error {
  readonly problems: readonly MappingProblem[];
  constructor(problems: readonly MappingProblem[]) {
    super(problems.map((p) => `${p.path}: ${p.problem}; ${p.remedy}`).join('\n'));
    this.name = 'InvalidMapping';
    this.problems = problems;
  }
}
