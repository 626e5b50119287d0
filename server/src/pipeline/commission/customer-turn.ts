import { addDecimals, decimal, formatDecimal, subtractDecimals } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { canonicalJson, isSameJson } from '../../kernel/json.ts';
import type { IdentifierClaim, PlacedEvent } from '../identity/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { diffFigures, settleFigures } from './customer-figures.ts';
import { InputSums } from './diff-inputs.ts';
import type { FigureDifference, InputDifference, LineDifference, PeriodInput } from './facts.ts';
import { diffLines } from './difference.ts';
import type { CustomerContext, CustomerScopeDecision, CustomerSummary, EventDecision } from './facts.ts';
import { encodeContext } from './facts.ts';

/** One placement as loaded: what is booked about it stands in `decision`; `event` undefined = withdrawn. */
export interface LoadedPlacement {
  readonly lane: number;
  readonly customerId: string;
  readonly eventId: string;
  readonly epoch: number;
  /** Of the row as it was read, for the one who saves it. */
  readonly place: string;
  readonly version: string;
  readonly groupKey: string;
  readonly state: 'pending' | 'waiting' | 'decided' | 'withdrawn' | 'failed';
  readonly reason: string | null;
  readonly occurredAt: Instant;
  readonly event: PlacedEvent | undefined;
  readonly decision: EventDecision | undefined;
}

/** The decided state of one placement, to be saved. */
export interface SettledPlacement {
  readonly lane: number;
  readonly customerId: string;
  readonly eventId: string;
  readonly place: string;
  readonly version: string;
  readonly state: 'waiting' | 'decided' | 'withdrawn';
  readonly reason: string | null;
  readonly decision: EventDecision | null;
}

export interface SettlementInput {
  readonly program: ProgramSnapshot;
  /** As it is after the turn; the same as before where only some executions were judged. */
  readonly context: CustomerContext;
  readonly customerId: string;
  readonly lane: number;
  /** What was handed over before, and the sums that went with it. */
  readonly before: {
    readonly lines: CustomerScopeDecision['lines'];
    readonly claims: readonly IdentifierClaim[];
    readonly summary: CustomerSummary;
  };
  /** Undefined when only executions were judged. */
  readonly scope: CustomerScopeDecision | undefined;
  /** Decisions about executions, by event id. */
  readonly executions: ReadonlyMap<string, EventDecision>;
  readonly placements: readonly LoadedPlacement[];
  /** True when `placements` holds every execution of the customer, so that their sums are counted anew. */
  readonly whole: boolean;
}

/** What follows from a customer's decisions: rows to save and differences to hand on. */
export interface Settlement {
  readonly placements: readonly SettledPlacement[];
  readonly differences: readonly LineDifference[];
  /** What its partners' figures are to be told. */
  readonly figures: readonly FigureDifference[];
  /** What it brings to components that are settled by period, now more than before. */
  readonly inputs: readonly InputDifference[];
  readonly summary: CustomerSummary;
  readonly claimsUpsert: readonly IdentifierClaim[];
  readonly claimsRemove: readonly IdentifierClaim[];
}

/**
 * Compares what was decided now with what was handed over before, and gives the difference (design.md 1).
 * Pure; called with the same decisions twice it gives no difference the second time.
 */
export function settleCustomer(input: SettlementInput): Settlement {
  const placements: SettledPlacement[] = [];
  const differences: LineDifference[] = [];
  const inputs = new InputSums();
  let trades = input.whole ? NO_TRADES : input.before.summary.trades;
  for (const placement of input.placements) {
    if (placement.state === 'failed') continue;
    const settled = settlePlacement(placement, decisionOf(input, placement));
    const after = settled.decision ?? undefined;
    if (!input.whole) trades = countTrade(trades, placement.decision, subtractDecimals, -1);
    trades = countTrade(trades, after, addDecimals, 1);
    if (isUnchanged(placement, settled)) continue;
    placements.push(settled);
    const scope = {
      customerId: input.customerId,
      customerLane: input.lane,
      eventId: placement.eventId,
      causedAt: formatInstant(placement.occurredAt),
      reason: after?.reason,
    };
    differences.push(...diffLines(scope, placement.decision?.lines ?? [], after?.lines ?? []));
    inputs.add(placement.decision?.inputs, -1);
    inputs.add(after?.inputs, 1);
  }
  const scope = input.scope;
  if (scope !== undefined) {
    const own = {
      customerId: input.customerId,
      customerLane: input.lane,
      eventId: null,
      causedAt: '',
      reason: scope.unpaid,
    };
    differences.push(...diffLines(own, input.before.lines, scope.lines));
    inputs.add(input.before.summary.inputs, -1);
    inputs.add(scope.inputs, 1);
  }
  const figures = settleFigures({
    ...input,
    before: input.before.summary.figures,
    decided: listDecided(input),
    differences,
  });
  return {
    placements,
    differences,
    figures: diffFigures(input.before.summary.figures, figures),
    inputs: inputs.differences(input.customerId),
    summary: {
      ...(scope?.summary ?? input.before.summary),
      trades,
      ...inputsKept(scope === undefined ? input.before.summary.inputs : scope.inputs),
      figures,
    },
    ...diffClaims(input.before.claims, scope?.claims ?? input.before.claims),
  };
}

function inputsKept(inputs: readonly PeriodInput[] | undefined): Pick<CustomerSummary, 'inputs'> {
  return inputs === undefined || inputs.length === 0 ? {} : { inputs };
}

/** What was decided before and now; of failed evidence what was booked stays. */
function listDecided(
  input: SettlementInput,
): { before: EventDecision | undefined; after: EventDecision | undefined }[] {
  return input.placements.map((placement) => ({
    before: placement.decision,
    after: placement.state === 'failed' ? placement.decision : decisionOf(input, placement),
  }));
}

/** True when executions must be judged again, because what they depend on is not what it was. */
export function isContextChanged(before: CustomerContext, after: CustomerContext): boolean {
  return contextKey(before) !== contextKey(after);
}

function contextKey(context: CustomerContext): string {
  return canonicalJson(JSON.parse(JSON.stringify(encodeContext(context))));
}

function decisionOf(input: SettlementInput, placement: LoadedPlacement): EventDecision | undefined {
  if (placement.event === undefined) return undefined;
  const decision = input.executions.get(placement.eventId) ?? input.scope?.decisions.get(placement.eventId);
  if (decision === undefined) throw new Error(`event ${placement.eventId} was loaded and not decided`);
  return decision;
}

function settlePlacement(placement: LoadedPlacement, decision: EventDecision | undefined): SettledPlacement {
  const { lane, customerId, eventId, place, version } = placement;
  if (decision === undefined)
    return { lane, customerId, eventId, place, version, state: 'withdrawn', reason: null, decision: null };
  return {
    lane,
    customerId,
    eventId,
    place,
    version,
    state: decision.state,
    reason: decision.reason ?? null,
    decision,
  };
}

function isUnchanged(placement: LoadedPlacement, settled: SettledPlacement): boolean {
  if (placement.state !== settled.state || placement.reason !== settled.reason) return false;
  return isSameJson(placement.decision ?? null, settled.decision);
}

const NO_TRADES: CustomerSummary['trades'] = { count: 0, lots: '0' };

function countTrade(
  trades: CustomerSummary['trades'],
  decision: EventDecision | undefined,
  combine: typeof addDecimals,
  step: 1 | -1,
): CustomerSummary['trades'] {
  if (decision?.assembly?.kind !== 'trade') return trades;
  const lots = combine(decimal(trades.lots), decimal(decision.assembly.trade.lots));
  return { count: trades.count + step, lots: formatDecimal(lots) };
}

function diffClaims(
  before: readonly IdentifierClaim[],
  after: readonly IdentifierClaim[],
): Pick<Settlement, 'claimsUpsert' | 'claimsRemove'> {
  const keyOf = (claim: IdentifierClaim): string => `${claim.identifierId}:${claim.originId}`;
  const boundsOf = (claim: IdentifierClaim): string => `${claim.from}:${claim.to}`;
  const old = new Map(before.map((claim) => [keyOf(claim), claim]));
  const now = new Map(after.map((claim) => [keyOf(claim), claim]));
  return {
    claimsUpsert: [...now.values()].filter((claim) => {
      const known = old.get(keyOf(claim));
      return known === undefined || boundsOf(known) !== boundsOf(claim);
    }),
    claimsRemove: [...old.values()].filter((claim) => !now.has(keyOf(claim))),
  };
}
