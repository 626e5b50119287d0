import type { Instant } from '../../kernel/instant.ts';
import type {
  CustomerContext,
  CustomerFigures,
  CustomerInput,
  CustomerScopeDecision,
  EventDecision,
  FigureDifference,
} from '../../pipeline/commission/facts.ts';
import type { PlacedEvent } from '../../pipeline/identity/facts.ts';
import type { ClosedTrade } from '../../pipeline/qualification/facts.ts';
import type {
  ActiveSpan,
  ComponentEvidence,
  FeeAnchor,
  PeriodTerms,
  SettledPeriod,
} from '../../pipeline/periods/facts.ts';
import type { DealComponent } from '../../registry/deals/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

/** A customer's claim on an identifier; half-open [from, to). */
export interface RebuiltClaim {
  readonly customerId: string;
  readonly from: Instant;
  readonly to: Instant;
}

interface Naming {
  readonly programId: string;
  readonly registrar: boolean;
  readonly content: Pick<CanonicalEvent, 'kind' | 'identifiers' | 'link'>;
}

type RevisionVerdict =
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'revised'; readonly effective: boolean };

/** One statement as the rules judge it. */
export interface RuleTelling {
  readonly covers: readonly string[] | null;
  readonly hash: string;
  readonly order: string | null;
  readonly content: CanonicalEvent;
  readonly mappingVersion: number;
  readonly others?: readonly { readonly hash: string; readonly order: string | null }[];
}

interface RuleClass {
  readonly covers: readonly string[] | null;
  readonly hash: string;
  readonly order: string | null;
  readonly pastHashes: readonly string[];
  readonly arrival: number;
  readonly mappingVersion: number;
  readonly content: CanonicalEvent;
}

/** An event as its statements make it. */
export interface RuleBook {
  readonly classes: readonly RuleClass[];
  readonly content: CanonicalEvent;
  readonly hash: string;
  readonly arrivals: number;
}

/**
 * The pure rules of the road, as a rebuild calls them: the very functions that the steps call, handed in, because their
 * rooms' doors also lead to what writes.
 */
export interface RoadRules {
  readonly openBook: (first: RuleTelling) => RuleBook;
  readonly tell: (
    book: RuleBook,
    told: RuleTelling,
    hashOf: (content: CanonicalEvent) => string,
  ) => { readonly verdict: RevisionVerdict; readonly book: RuleBook };
  readonly retell: (
    book: RuleBook,
    change: { readonly before: RuleTelling; readonly after: RuleTelling | undefined },
    hashOf: (content: CanonicalEvent) => string,
  ) => RuleBook | undefined;
  readonly hashOf: (content: CanonicalEvent) => string;
  readonly groupKeyOf: (content: CanonicalEvent) => string;
  readonly pairKeyOf: (content: CanonicalEvent) => string | null;
  readonly namedCustomer: (input: Naming) => string | undefined;
  readonly resolveEvent: (
    input: Naming & { readonly occurredAt: Instant; readonly merges: ProgramSnapshot['merges'] },
    claims: readonly RebuiltClaim[],
  ) =>
    | { readonly kind: 'placed'; readonly customerId: string }
    | { readonly kind: 'parked'; readonly reason: string };
  readonly listClosedTrades: (program: ProgramSnapshot, executions: readonly PlacedEvent[]) => ClosedTrade[];
  readonly decideCustomerScope: (input: CustomerInput) => CustomerScopeDecision;
  readonly decideExecutions: (input: {
    readonly program: ProgramSnapshot;
    readonly customerId?: string;
    readonly context: CustomerContext;
    readonly groups: ReadonlyMap<string, readonly PlacedEvent[]>;
    readonly pairLegs: readonly PlacedEvent[];
  }) => ReadonlyMap<string, EventDecision>;
  readonly settleFigures: (input: {
    readonly program: ProgramSnapshot;
    readonly context: CustomerContext;
    readonly before: undefined;
    readonly scope: CustomerScopeDecision;
    readonly whole: true;
    readonly decided: readonly { readonly before: undefined; readonly after: EventDecision }[];
    readonly differences: readonly [];
  }) => CustomerFigures;
  readonly periods: PeriodRules;
  readonly diffFigures: (before: undefined, after: CustomerFigures) => readonly FigureDifference[];
}

/** The rules of the partner's lane for what is settled by period. */
export interface PeriodRules {
  readonly findTerms: (
    program: ProgramSnapshot,
    partnerId: string,
    at: { readonly component: string; readonly period: string },
  ) => PeriodTerms | undefined;
  readonly weighCustomer: (
    component: DealComponent,
    measures: Readonly<Record<string, string>> | undefined,
  ) => { readonly totals: Readonly<Record<string, string>>; readonly special: boolean };
  readonly addMeasures: (
    a: Readonly<Record<string, string>>,
    b: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
  readonly listActiveSpans: (
    periods: ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, string>>>>,
  ) => readonly ActiveSpan[];
  readonly listFeeAnchors: (program: ProgramSnapshot) => readonly FeeAnchor[];
  readonly settleComponent: (program: ProgramSnapshot, asked: ComponentEvidence) => SettledPeriod[];
}
