import { decimal, isZero } from '../../kernel/decimal.ts';
import { formatInstant, maxInstant, MICROS_PER_SECOND, minInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { DealVersion, PerLotComponent } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { AssemblyOutcome, Trade } from '../assembly/facts.ts';
import { assembleGroup } from '../assembly/index.ts';
import { findAttributionAt } from '../attribution/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { judgeGates } from '../qualification/index.ts';
import type { Gate } from '../qualification/index.ts';
import { isBeforeCutOver, isCorroborating, sayCorroborated } from './authority.ts';
import { findAncestorComponent, listPerLot } from './components.ts';
import type { CustomerContext, EventDecision, Line, ZeroLine } from './facts.ts';
import { listChain } from './levels.ts';
import { buildLines } from './line.ts';
import type { Beneficiary } from './line.ts';
import { findRate } from './rates.ts';
import type { FoundRate } from './rates.ts';

export interface ExecutionsInput {
  readonly program: ProgramSnapshot;
  readonly context: CustomerContext;
  /** Whole groups by group key: every execution of a position, or none. */
  readonly groups: ReadonlyMap<string, readonly PlacedEvent[]>;
  /** The close-by legs of every group that shares a pair with one of `groups`. */
  readonly pairLegs: readonly PlacedEvent[];
}

/**
 * Decides about executions of one customer: assembles each group into trades and computes what each trade pays, with a reason for
 * every zero (semantics.md 5, rules.md 2.13, 3.1 and 5).
 *
 * When one leg of a close-by is judged anew, the groups of both must be given: which leg carries the trade may have changed.
 * No order matters. Pure; throws a RangeError when content is not canonical.
 */
export function decideExecutions(input: ExecutionsInput): ReadonlyMap<string, EventDecision> {
  const decisions = new Map<string, EventDecision>();
  const { program } = input;
  const counts = (event: PlacedEvent): boolean => !isCorroborating(program, event);
  const pairLegs = input.pairLegs.filter(counts);
  for (const executions of input.groups.values()) {
    const outcomes = assembleGroup(executions.filter(counts), pairLegs);
    for (const event of executions) {
      if (!counts(event)) {
        const detail = sayCorroborated(program, event, executions);
        decisions.set(event.eventId, nothing('corroborating', { detail }));
        continue;
      }
      const outcome = outcomes.get(event.eventId);
      decisions.set(
        event.eventId,
        outcome === undefined ? nothing('not_commissionable') : decideExecution(input, event, outcome),
      );
    }
  }
  return decisions;
}

function nothing(reason: ReasonCode, more: Partial<EventDecision> = {}): EventDecision {
  return { state: 'decided', reason, ...more, lines: [] };
}

function decideExecution(
  input: ExecutionsInput,
  event: PlacedEvent,
  assembly: AssemblyOutcome,
): EventDecision {
  const { context } = input;
  if (context.registeredAt === null)
    return { state: 'waiting', reason: 'unknown_customer', assembly, lines: [] };
  if (context.test || event.content.test === true) return nothing('test_event', { assembly });
  if (event.content.extra?.['demo'] === 'true') return nothing('demo_account', { assembly });
  switch (assembly.kind) {
    case 'none':
      return nothing(assembly.reason, { assembly });
    case 'waiting':
      return { state: 'waiting', reason: assembly.reason, assembly, lines: [] };
    case 'trade':
      return decideTrade(input, event, assembly);
  }
}

/** Gates come before trade filters (rules.md 5, KYC): attribution, deal, KYC, then each component. */
function decideTrade(
  { program, context }: ExecutionsInput,
  event: PlacedEvent,
  assembly: AssemblyOutcome & { kind: 'trade' },
): EventDecision {
  const at = event.occurredAt;
  if (isBeforeCutOver(program, at, [event.sourceSlug])) return nothing('before_cutover', { assembly });
  const attribution = findAttributionAt(
    context.attributions,
    boundAt(program, context, { at, openedAt: assembly.trade.openedAt }),
  );
  if (attribution === undefined || attribution.partnerId === null) {
    return nothing(attribution?.reason ?? 'unattributed', { assembly });
  }
  const deal = findDealInForce(program, attribution.partnerId, at);
  if (deal === undefined) return nothing('no_deal', { assembly });
  const gate = judgeGates(context, at);
  if (gate.kind === 'closed') return nothing(gate.reason, { assembly });
  const components = listPerLot(deal);
  if (components.length === 0) return nothing('not_commissionable', { assembly });
  const sale: Sale = { program, event, trade: assembly.trade, leafId: attribution.partnerId, deal, gate };
  const judged = components.map((component) => judgeComponent(sale, component));
  const lines = judged.flatMap((result) => result.lines);
  const zeros = judged.flatMap((result) => result.zeros);
  return {
    state: 'decided',
    ...(lines.length > 0 ? {} : { reason: zeros[0]?.reason ?? 'zero_amount' }),
    ...(assembly.missingLots === undefined
      ? {}
      : { detail: `${assembly.missingLots} lots wait for their opening (trade_open_missing)` }),
    assembly,
    lines,
    ...(zeros.length === 0 ? {} : { zeros }),
  };
}

/**
 * The instant whose partner a trade belongs to: its closing, or its opening where the program says so (semantics.md 7.3). A trade that was
 * opened before anybody was bound belongs to the first bond.
 */
function boundAt(
  { reassignment }: ProgramSnapshot,
  { attributions }: CustomerContext,
  { at, openedAt }: { readonly at: Instant; readonly openedAt: Instant },
): Instant {
  if (reassignment.tradesBy === 'close') return at;
  return minInstant(at, maxInstant(openedAt, attributions[0]?.from ?? openedAt));
}

/** A closed trade with the leaf partner and terms of its instant. */
interface Sale {
  readonly program: ProgramSnapshot;
  readonly event: PlacedEvent;
  readonly trade: Trade;
  readonly leafId: string;
  readonly deal: DealVersion;
  readonly gate: Gate;
}

interface Judged {
  readonly lines: readonly Line[];
  readonly zeros: readonly ZeroLine[];
}

function judgeComponent(sale: Sale, component: PerLotComponent): Judged {
  const { program, trade, event, leafId } = sale;
  const chain = listChain(program, leafId, event.occurredAt);
  const rate = rateOf(sale, component.rates, sale.deal);
  const reason = filterTrade(trade, component, rate);
  if (reason !== undefined || rate === undefined) {
    return {
      lines: [],
      zeros: [
        { component: component.id, partnerId: leafId, level: chain.length, reason: reason ?? 'no_rate' },
      ],
    };
  }
  const beneficiaries = chain.slice(0, component.levels.maxDepth).flatMap((link): Beneficiary[] => {
    if (link.leaf) return [{ link, deal: sale.deal, component, rate: decimal(rate.rate) }];
    const own = termsOfAncestor(sale, component, link.partnerId);
    return own === undefined ? [] : [{ link, ...own }];
  });
  return buildLines({
    component: component.id,
    mode: component.levels.mode,
    quantity: decimal(trade.lots),
    from: event.occurredAt,
    program: sale.program,
    holdReason: sale.gate.kind === 'held' ? sale.gate.reason : '',
    beneficiaries,
    basis: {
      lots: trade.lots,
      symbol: trade.symbol,
      rateBy: rate.by,
      durationSeconds: String((trade.closedAt - trade.openedAt) / MICROS_PER_SECOND),
      closedAt: formatInstant(trade.closedAt),
    },
  });
}

/** The filters of rules.md 2.13 that this deal has, in that order; the first that bites gives the reason. */
function filterTrade(
  trade: Trade,
  component: PerLotComponent,
  rate: FoundRate | undefined,
): ReasonCode | undefined {
  if (component.excludedSymbols.includes(trade.symbol)) return 'trade_excluded_symbol';
  if (rate === undefined) return 'no_rate';
  if (isZero(decimal(trade.lots))) return 'zero_amount';
  if (trade.closedAt - trade.openedAt < component.minimumDurationSeconds * MICROS_PER_SECOND)
    return 'trade_too_short';
  return undefined;
}

function rateOf(sale: Sale, rows: PerLotComponent['rates'], deal: DealVersion): FoundRate | undefined {
  const accountType = sale.event.content.extra?.['accountType'];
  return findRate(rows, { symbol: sale.trade.symbol, accountType, symbolGroups: deal.document.symbolGroups });
}

/** What an ancestor earns per lot by its own deal at the trade's instant; undefined when it has no terms and is skipped. */
function termsOfAncestor(
  sale: Sale,
  leaf: PerLotComponent,
  partnerId: string,
): Omit<Beneficiary, 'link'> | undefined {
  const deal = findDealInForce(sale.program, partnerId, sale.event.occurredAt);
  if (deal === undefined) return undefined;
  const component = findAncestorComponent('per_lot', leaf.id, { leaf: sale.deal, own: deal });
  if (component === undefined) return undefined;
  const rate = rateOf(sale, leaf.levels.mode === 'difference' ? component.rates : component.overrides, deal);
  return rate === undefined ? undefined : { deal, component, rate: decimal(rate.rate) };
}
