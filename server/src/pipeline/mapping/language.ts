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

/** The steps are done in the order in which they stand here. */
export interface PathSpec {
  /** A path, or several in order of preference: the first that is present and not empty wins (paths.ts). */
  path: string | readonly string[];
  /** Values that count as absent, besides null and the empty text. */
  absent?: readonly string[];
  /** Only the digits that follow this text; absent when the text does not occur. */
  digitsAfter?: string;
  /** What follows this text; absent when it does not occur. */
  after?: string;
  /** What stands before this text; all of it when it does not occur. */
  before?: string;
  /** One part of the text: 0 is the first, -1 the last. */
  split?: { by: string; take: number };
  lower?: boolean;
  upper?: boolean;
  /** SHA-256 in hex, for what may only be compared, such as e-mail addresses. */
  digest?: boolean;
  /** Endings that are cut off, from a setting that holds a list; the first that fits. */
  cutEndingsSetting?: string;
  /** Exact replacements from a setting that holds a table; what is not in it stays, or is absent. */
  mapSetting?: string | { name: string; otherwise?: 'keep' | 'absent' };
  /** Values by table; without `otherwise`, a value that is not in it quarantines the row. */
  map?: Readonly<Record<string, string>>;
  /** Compare with the map in lower case, spaces and dashes as underscores. */
  fold?: boolean;
  otherwise?: 'keep' | 'absent';
  /** Put before a present value. */
  prefix?: string;
  /** When absent. */
  default?: string;
}

/** What one unit of a raw number is. `units` are divided by the contract size of the row. */
export type NumberUnit = 'whole' | 'minor' | '1/100' | '1/10000' | '1/100000000' | 'units';

/** A table in the document, or in a setting of the source. */
export type TableSpec = Readonly<Record<string, string>> | { setting: string };

/** What is done to a number once it is read, in this order, exactly. */
export interface AdjustSpec {
  /** Times the number that the table has for a code of the row, for example 0.01 for accounts in cents. */
  scaleBy?: { value: ValueSpec; table: TableSpec; default?: string };
  /** Times a decimal, or a value of the row. */
  times?: string | ValueSpec;
  /** Divided by a value of the row, or by the number that a table has for it. */
  divideBy?: ValueSpec | { table: TableSpec; key: ValueSpec; default?: string };
  sign?: 'keep' | 'absolute' | 'negate';
  /** When all of these hold, the number is negative, however it was written. */
  negativeWhen?: readonly Condition[];
  /** Absent is a problem. */
  required?: boolean;
}

export interface NumberStyleSpec {
  decimal?: '.' | ',';
  thousands?: ',' | '.' | ' ' | "'" | '’' | '_';
}

export interface NumberSpec extends AdjustSpec, NumberStyleSpec {
  path?: string | readonly string[];
  /** In place of `path`. */
  value?: ValueSpec;
  unit?: NumberUnit;
  /** Field that holds the number of digits after the point (cTrader's moneyDigits). */
  digitsPath?: ValueSpec;
  /** Values that count as absent, besides null and the empty text. */
  absent?: readonly string[];
}

/** Several readings of one quantity: the first that is present wins, and those that are present must agree within `tolerance`. */
export interface FirstNumberSpec {
  first: readonly AnyNumberSpec[];
  tolerance?: string;
}

/** Members that are absent are zero; `required`: absent members are a problem. */
export interface SumSpec extends AdjustSpec {
  sum: readonly AnyNumberSpec[];
}

export type AnyNumberSpec = string | NumberSpec | FirstNumberSpec | SumSpec;

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

/** A wall clock written in this order, such as M/D/YYYY (time-pattern.ts). */
export interface TimePattern {
  pattern: string;
}

export interface TimeSpec {
  path?: string | readonly string[];
  /** In place of `path`. */
  value?: ValueSpec;
  /** One format, or several tried in order. */
  format: TimeFormat | TimePattern | readonly (TimeFormat | TimePattern)[];
  /** Zone of `local`, `wall_*` and patterns. */
  zone?: { const: string } | { setting: string };
  absent?: readonly string[];
}

export type AnyTimeSpec = TimeSpec | { first: readonly TimeSpec[] };

/** A comparison of one value; all that it says must hold. */
export interface Comparison {
  path?: string;
  /** In place of `path`. */
  value?: ValueSpec;
  equals?: string;
  in?: readonly string[];
  /** Fits a mask of a list setting: `*` is anything, `!` excludes. */
  inSetting?: string;
  /** The row says itself which texts: those at this path, separated by commas. */
  inField?: string;
  present?: boolean;
  startsWith?: string;
  endsWith?: string;
  contains?: string;
  /** By exact decimal value: a decimal as text, or a value of the row. */
  gt?: string | ValueSpec;
  gte?: string | ValueSpec;
  lt?: string | ValueSpec;
  lte?: string | ValueSpec;
  /** Compare in lower case, with spaces and dashes as underscores. */
  fold?: boolean;
}

export type Condition =
  | Comparison
  | { any: readonly Condition[] }
  | { all: readonly Condition[] }
  | { not: Condition | readonly Condition[] };

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
  bonusPart?: AnyNumberSpec;
  measures?: Readonly<Record<string, AnyNumberSpec>>;
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
  /** Read for self_excluded, account_closed and kyc_status only; mapped to the words of CUSTOMER_STATUS_WORDS. */
  customerStatus?: { status: ValueSpec; until?: AnyTimeSpec };
  /** Read for payout_status only; the status is mapped to the words of PAYOUT_STATUSES. */
  payout?: { status: ValueSpec; gatewayId?: ValueSpec; fee?: AnyNumberSpec };
  group?: ValueSpec;
  accountCurrency?: ValueSpec;
  execution?: ExecutionSpec;
  link?: LinkSpec;
  extra?: Readonly<Record<string, ValueSpec>>;
}

export type RevisionSpec =
  | { kind: 'arrival' }
  | { kind: 'version'; value: ValueSpec }
  | { kind: 'modifiedAt'; value: AnyTimeSpec }
  | { kind: 'statusRank'; value: ValueSpec; ranks: Readonly<Record<string, number>> };

/**
 * The first rule whose conditions all hold decides the row; a row that no rule knows is quarantined as `unknown_event`.
 * With `events` the row tells every member whose own conditions hold.
 */
export type RuleSpec =
  | { name: string; when?: readonly Condition[]; ignore: { reason: ReasonCode; detail: string } }
  | { name: string; when?: readonly Condition[]; event: EventSpec; revisionOrder: RevisionSpec }
  | {
      name: string;
      when?: readonly Condition[];
      events: readonly (EventSpec & { when?: readonly Condition[]; revisionOrder?: RevisionSpec })[];
      revisionOrder?: RevisionSpec;
    };

/** A check of one's own: `when` says what is wrong. */
export interface CheckSpec {
  name: string;
  when: readonly Condition[];
  severity: 'warn' | 'quarantine' | 'refuse';
  message: string;
  fix?: string;
  /** Default check_failed. */
  reason?: ReasonCode;
}

/** An answer that carries its own success code, read before the rows. */
export interface EnvelopeSpec {
  path: string;
  /** Codes (the number at the start of the text) that mean success. */
  accept: readonly string[];
  /** Codes that mean "nothing to tell"; none when absent. */
  empty?: readonly string[];
}

export interface SettingSpec {
  type: 'text' | 'zone' | 'currency' | 'table' | 'list';
  description: string;
  required?: boolean;
  default?: string;
}

export const MAPPING_FORMATS = ['json', 'form', 'query', 'auto', 'csv', 'jsonl', 'canonical'] as const;
export type MappingFormat = (typeof MAPPING_FORMATS)[number];

export interface CsvSpec {
  delimiter?: ',' | ';' | '\t' | '|' | 'auto';
  /** True: the first line names the columns; else their names, in order. */
  header?: true | readonly string[];
  quote?: '"' | "'";
  skipLines?: number;
  /** First cells of lines of totals. */
  totals?: readonly string[];
  /** Names of columns are compared in any case, without spaces, points, dashes and underscores. */
  anyCase?: boolean;
}

/** What a feed may read otherwise than the rest of the source. */
export interface FeedSpec {
  /** `auto`: JSON, form or query by content type, with the query's fields as defaults of each row. `canonical`: our own event shape. */
  format?: MappingFormat;
  csv?: CsvSpec;
  envelope?: EnvelopeSpec;
  /** Where the rows are, tried in order (rows-place.ts). Default `$`. */
  rows?: readonly string[];
  /** Places whose rows are read besides those of the first of `rows` that is there. */
  alsoRows?: readonly string[];
  /** Names of the elements, in order, of rows that are lists; a list setting where they are the source's. */
  columns?: readonly string[] | { setting: string };
  rules?: readonly RuleSpec[];
  checks?: readonly CheckSpec[];
  /** Fields that are known and not read, so that they are not counted as unknown. */
  knownFields?: readonly string[];
  /** Canonical fields that are told; default all. */
  covers?: readonly string[];
  /** Text fields that hold JSON. */
  embeddedJson?: readonly string[];
  rowsAre?: 'snapshot' | 'delta';
}

/** What of a body may be stored. `keepRead`: only what is read, knownFields and `keep`. */
export interface PrivacySpec {
  readonly mode: 'dropListed' | 'keepRead';
  readonly keep: readonly string[];
  readonly drop: readonly string[];
}

export interface MappingDocument extends FeedSpec {
  language: 1;
  name: string;
  description?: string;
  format: MappingFormat;
  settings?: Readonly<Record<string, SettingSpec>>;
  numbers?: NumberStyleSpec;
  severity?: Readonly<Record<string, 'warn' | 'quarantine' | 'refuse'>>;
  /** By name of the feed. */
  feeds?: Readonly<Record<string, FeedSpec>>;
  privacy?: Partial<PrivacySpec>;
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
