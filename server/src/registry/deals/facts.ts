import type { Instant } from '../../kernel/instant.ts';
import type { CLAWBACK, CAPS, CARRY, LEVELS, ONLY } from './common-terms.ts';
import type { DealComponent, DOCUMENT } from './deal-document.ts';
import type { ValueOf } from './field.ts';
import type { StagePaymentComponent } from './prop-terms.ts';

// The document's fields, with their meaning and defaults, stand in the *-terms.ts files; the types are taken from there.

export type { DealComponent, TradingComponent } from './deal-document.ts';
export type { GradeChange, GradeMetric, GradeStep, GradeTerms } from './grade-terms.ts';
export type { Condition, ConditionMetric, CpaComponent } from './cpa-terms.ts';
export type {
  FlatFeeComponent,
  RevenueBase,
  RevshareComponent,
  SubPartnerShareComponent,
} from './period-terms.ts';
export type { PurchaseShareComponent, StagePaymentComponent } from './prop-terms.ts';
export type {
  CommissionShareComponent,
  FactorRow,
  PerLotComponent,
  PerMillionComponent,
  RateRow,
  SpreadShareComponent,
} from './trading-terms.ts';

export type LevelTerms = ValueOf<typeof LEVELS>;
export type OnlyTerms = ValueOf<typeof ONLY>;
export type CapTerms = ValueOf<typeof CAPS>[number];
export type CarryTerms = ValueOf<typeof CARRY>;
export type ClawbackTerms = ValueOf<typeof CLAWBACK>;

/** Steps of a rate (semantics.md 4.8), whatever is counted. */
export interface TierTerms {
  readonly metric: string;
  readonly window: 'period' | 'lifetime' | 'rolling_90' | 'rolling_365';
  readonly method: 'marginal' | 'whole_volume';
  readonly edge: 'lower' | 'upper';
  readonly atLeast: {
    readonly metric: 'new_customers' | 'active_customers' | 'first_deposits';
    readonly count: number;
  } | null;
  readonly bands: readonly { readonly upTo: string | null; readonly rate: string }[];
}

/** A deal document with every default filled in. */
export type DealDocument = ValueOf<typeof DOCUMENT>;

/** What holds when a deal has ended: nothing, or the default deal of the program. */
export type DealEnd = 'nothing' | 'default';

export interface DealVersion {
  readonly id: string;
  /** null: the program's default deal. */
  readonly partnerId: string | null;
  readonly version: number;
  readonly effectiveFrom: Instant;
  readonly document: DealDocument;
  /** The deal ends here, without a successor; its document has no components. Absent: terms. */
  readonly ends?: DealEnd;
  /** Whose grade the document was resolved for. Absent: it has no grades, or stands as it was written. */
  readonly grade?: HeldGrade;
  /** With `grade`: the version as it was written. */
  readonly written?: DealVersion;
}

/** The grade that a partner has at an instant, and by what. */
export interface HeldGrade {
  readonly name: string;
  /** null: nothing was decided yet, it is the one to begin with. */
  readonly since: Instant | null;
  readonly decisionId: string | null;
}

/** True for a component of which payments are counted against a limit, beside CPAs: each is paid whole or not at all (rules.md 5, Caps). */
export function countsPayments(component: DealComponent): component is StagePaymentComponent {
  return component.kind === 'stage_payment' && component.caps.some(({ by }) => by === 'count');
}

/** True where customers whom a limit of the named CPA refuses bring their revenue to a share instead (semantics.md 4.6, `revshare_fallback`). */
export function fallsBack({ components }: DealDocument, cpa: string): boolean {
  const named = components.find(({ id }) => id === cpa);
  return named?.kind === 'cpa' && named.caps.some(({ overflow }) => overflow === 'revshare_fallback');
}

const resolved = new WeakMap<DealDocument, Map<string, DealDocument>>();

/**
 * The document as a partner of a grade has it: what the grade changes stands in place of what the components say. The very document where
 * it has no grades, or not this one. Pure; the same document and grade give the same object again.
 */
export function documentOfGrade(document: DealDocument, grade: string): DealDocument {
  const known = resolved.get(document) ?? new Map<string, DealDocument>();
  resolved.set(document, known);
  const found = known.get(grade) ?? resolve(document, grade);
  known.set(grade, found);
  return found;
}

function resolve(document: DealDocument, grade: string): DealDocument {
  const step = document.grades?.ladder.find((one) => one.grade === grade);
  if (step === undefined || step.terms.length === 0) return document;
  const changes = new Map(step.terms.map(({ component, ...fields }) => [component, fields]));
  return {
    ...document,
    components: document.components.map((component) => ({ ...component, ...changes.get(component.id) })),
  };
}

/** The grade that a partner has by a document: the last decided one where its ladder knows it, else the one to begin with. Undefined: it has no grades. */
export function gradeOfDocument({ grades }: DealDocument, decided: string | undefined): string | undefined {
  if (grades === null || grades === undefined) return undefined;
  if (grades.ladder.some(({ grade }) => grade === decided)) return decided;
  return grades.start ?? grades.ladder[0]?.grade;
}

/** What stands in place of terms from their end on: the same currency, and nothing that pays. */
export function endOfTerms({ currency, rounding, late }: DealDocument): DealDocument {
  return { currency, rounding, late, symbolGroups: {}, components: [], grades: null };
}
