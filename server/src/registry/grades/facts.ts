import type { Instant } from '../../kernel/instant.ts';
import { documentOfGrade, gradeOfDocument } from '../deals/facts.ts';
import type { DealVersion, GradeMetric, HeldGrade } from '../deals/facts.ts';

/** Figures of a partner over a window, decimal text; those that the ladder asks for. */
export type SeenFigures = Readonly<Partial<Record<GradeMetric, string>>>;

/** The days of a window, in the program's zone. */
export interface GradeWindow {
  /** First day, 'YYYY-MM-DD'; null = from the beginning. */
  readonly from: string | null;
  /** The day after the last one. */
  readonly to: string;
}

/** What a check decided of one partner. */
export interface GradeVerdict {
  /** What the figures alone would give. */
  readonly earned: string;
  readonly before: string;
  readonly after: string;
  /** From when on `after` counts; the check itself where nothing changes. */
  readonly effectiveFrom: Instant;
  /** Since which check too little was found without a break; null = enough was. */
  readonly belowSince: Instant | null;
}

/** How far a partner is from the next grade. */
export interface GradeProgress {
  readonly grade: string;
  readonly match: 'all' | 'any';
  readonly needs: readonly {
    readonly metric: GradeMetric;
    readonly atLeast: string;
    readonly seen: string;
    /** What is missing; 0 = met. */
    readonly missing: string;
  }[];
}

/** What was decided of a grade, as it is recorded: by a check, or by a person. */
export interface GradeDecision {
  readonly id: string;
  readonly partnerId: string;
  readonly kind: 'check' | 'set';
  /** The check; of a person's word the instant from which it counts. */
  readonly at: Instant;
  /** Version of the deal whose ladder was asked. */
  readonly dealId: string | null;
  readonly before: string;
  readonly after: string;
  /** What the figures alone would give; null: no figures were asked. */
  readonly earned: string | null;
  readonly effectiveFrom: Instant;
  readonly belowBefore: Instant | null;
  readonly belowSince: Instant | null;
  readonly seen: object;
  readonly needsApproval: boolean;
  /** It changes the grade, or what an earlier one had foreseen. */
  readonly matters: boolean;
  readonly reason: string | null;
}

export type CheckDecision = GradeDecision & { readonly kind: 'check'; readonly earned: string };

/** What was decided of a partner's grade (rules.md 1.2): at a check, or by a person. It says what holds until the next decision. */
export interface GradeFact {
  readonly decisionId: string;
  /** The check; of a person's word the instant from which it counts. */
  readonly at: Instant;
  /** A person's word, not a check. */
  readonly bySomebody: boolean;
  readonly recordedAt: Instant;
  /** The grade until effectiveFrom, and from it on. */
  readonly before: string;
  readonly after: string;
  readonly effectiveFrom: Instant;
  /** What a check saw, for those who explain it. */
  readonly saw?: {
    readonly window: { readonly from: string | null; readonly to: string };
    readonly figures: Readonly<Record<string, string>>;
  };
}

/** What was decided of grades, by partner, oldest first. */
interface Decided {
  readonly grades?: ReadonlyMap<string, readonly GradeFact[]>;
}

const graded = new WeakMap<DealVersion, Map<string, DealVersion>>();

/** A version of a deal as the grade of a partner at an instant has it: the version itself where it has no grades. */
export function dealOfGrade(
  program: Decided,
  { partnerId, deal, at }: { readonly partnerId: string; readonly deal: DealVersion; readonly at: Instant },
): DealVersion {
  // One that stands for a grade already is read as another grade has it by what was written.
  const grade = findGradeAt(program, { partnerId, deal, at });
  if (grade === undefined) return deal;
  const written = deal.written ?? deal;
  const known = graded.get(written) ?? new Map<string, DealVersion>();
  graded.set(written, known);
  const key = `${grade.name} ${grade.decisionId ?? ''} ${grade.since ?? ''}`;
  const found = known.get(key) ?? {
    ...written,
    document: documentOfGrade(written.document, grade.name),
    grade,
    written,
  };
  known.set(key, found);
  return found;
}

/** The order in which decisions about a partner's grade count: by instant, a person's word after a check, then as they were recorded. */
export function compareGradeFacts(a: GradeFact, b: GradeFact): number {
  return (
    a.at - b.at ||
    Number(a.bySomebody) - Number(b.bySomebody) ||
    a.recordedAt - b.recordedAt ||
    (a.decisionId < b.decisionId ? -1 : 1)
  );
}

/** The grade that a partner has at an instant by a deal; undefined where the deal has none. A grade that its ladder does not know is the one to begin with. */
export function findGradeAt(
  program: Decided,
  { partnerId, deal, at }: { readonly partnerId: string; readonly deal: DealVersion; readonly at: Instant },
): HeldGrade | undefined {
  const { document } = deal;
  if (document.grades === null || document.grades === undefined) return undefined;
  const decided = findDecidedGrade(program.grades?.get(partnerId) ?? [], at);
  const name = gradeOfDocument(document, decided?.name);
  if (name === undefined) return undefined;
  return decided?.name === name ? decided : { name, since: null, decisionId: null };
}

/**
 * The last decision at or before the instant says what holds: from its effectiveFrom on the new grade, until then the one that it found.
 * So a later check takes the place of what an earlier one had foreseen for later.
 */
export function findDecidedGrade(facts: readonly GradeFact[], at: Instant): HeldGrade | undefined {
  const place = facts.findLastIndex((fact) => fact.at <= at);
  const last = facts[place];
  if (last === undefined) return undefined;
  if (last.effectiveFrom <= at)
    return { name: last.after, since: last.effectiveFrom, decisionId: last.decisionId };
  const giver = facts
    .slice(0, place)
    .findLast((fact) => fact.after === last.before && fact.effectiveFrom <= at);
  return {
    name: last.before,
    since: giver?.effectiveFrom ?? null,
    decisionId: giver?.decisionId ?? null,
  };
}

/** A decision as it is stored, with the answer of a person. */
export interface GradeDecisionRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly partner_name: string;
  readonly kind: 'check' | 'set';
  readonly at: Instant;
  readonly deal_id: string | null;
  readonly before: string;
  readonly after: string;
  readonly earned: string | null;
  readonly effective_from: Instant;
  readonly below_before: Instant | null;
  readonly below_since: Instant | null;
  readonly seen: StoredSeen;
  readonly needs_approval: boolean;
  readonly reason: string | null;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
  readonly verdict: 'approved' | 'rejected' | null;
  readonly note: string | null;
  readonly answered_at: Instant | null;
  readonly answered_by: string | null;
}

/** What a check saw, as it is stored. */
export interface StoredSeen {
  readonly window?: GradeWindow;
  readonly figures?: Readonly<Record<string, string>>;
  readonly withoutRate?: readonly string[];
  /** How far the evidence stood: the program's facts version, and when the figures were read. */
  readonly factsVersion?: number;
  readonly readAt?: string;
  /** It was decided while evidence was under way. */
  readonly underWay?: boolean;
}
