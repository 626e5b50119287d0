import { decimal, isZero } from '../../kernel/decimal.ts';
import { maxInstant, minInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { TradingComponent } from '../../registry/deals/facts.ts';
import { findDealInForce, listChain } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { AssemblyOutcome } from '../assembly/facts.ts';
import { assembleGroup } from '../assembly/index.ts';
import { findAttributionAt } from '../attribution/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { findCountryAt, findOpening, judgeGates } from '../qualification/index.ts';
import { isBeforeCutOver, isCorroborating, sayCorroborated } from './authority.ts';
import { listTrading } from './components.ts';
import { naturalKeyOf } from './facts.ts';
import type { CustomerContext, EventDecision, Line, PeriodInput, ZeroLine } from './facts.ts';
import { watchedConverter } from './line.ts';
import { dateInputs } from './late.ts';
import { listRebates } from './rebates.ts';
import type { RebateSale } from './rebates.ts';
import { listShareInputs } from './share-inputs.ts';
import { isNoBase, measureTrade } from './trade-base.ts';
import { listTradeInputs } from './trade-inputs.ts';
import {
  filterAfterRate,
  filterBeforeRate,
  findCreditCoefficient,
  findHedged,
  judgeScope,
} from './trade-filters.ts';
import type { HedgePart } from './trade-filters.ts';
import { hedgeKeyOf, isWorthNothing, payTrade, priceRate } from './trade-lines.ts';
import type { Paid, Payable, Sale } from './trade-lines.ts';
import { findWithdrawal, withdrawLine } from './withdrawn.ts';
import type { Withdrawal } from './withdrawn.ts';

export interface ExecutionsInput {
  readonly program: ProgramSnapshot;
  /** With whom the evidence lives, for what partners give to single customers. Absent: nobody who is named by a rule. */
  readonly customerId?: string;
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
 * When one leg of a close-by is judged anew, the groups of both must be given: which leg carries the trade may have changed. And where a
 * deal nets hedged trades, every trade of the customer that closed on the same day of the server (`hedge-days.ts`).
 * No order matters. Pure; throws a RangeError when content is not canonical.
 */
export function decideExecutions(input: ExecutionsInput): ReadonlyMap<string, EventDecision> {
  const decisions = new Map<string, EventDecision>();
  const judged: JudgedTrade[] = [];
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
      const decision =
        outcome === undefined ? nothing('not_commissionable') : decideExecution(input, event, outcome);
      if ('sale' in decision) judged.push(decision);
      else decisions.set(event.eventId, decision);
    }
  }
  const hedged = findHedged(judged.flatMap(({ parts }) => parts.flatMap((part) => part.hedge ?? [])));
  for (const trade of judged) decisions.set(trade.sale.event.eventId, settleTrade(trade, hedged));
  return decisions;
}

function nothing(reason: ReasonCode, more: Partial<EventDecision> = {}): EventDecision {
  return { state: 'decided', reason, ...more, lines: [] };
}

function decideExecution(
  input: ExecutionsInput,
  event: PlacedEvent,
  assembly: AssemblyOutcome,
): EventDecision | JudgedTrade {
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

/** What a trade pays by itself, and what it brings to shares of revenue, whatever filters of trades say (rules.md 5, Trades). */
function decideTrade(
  input: ExecutionsInput,
  event: PlacedEvent,
  assembly: AssemblyOutcome & { kind: 'trade' },
): EventDecision | JudgedTrade {
  const { program, context } = input;
  const at = event.occurredAt;
  if (isBeforeCutOver(program, at, [event.sourceSlug])) return nothing('before_cutover', { assembly });
  const { trade } = assembly;
  const bound = boundAt(program, context, { at, openedAt: trade.openedAt });
  const judged = judgeTrade(input, { event, assembly, bound });
  if (judgeGates(context, at).kind !== 'open') return judged;
  const brought = listTradeInputs(program, context, { event, trade, boundAt: bound });
  const { withoutRate, rated, leftOut = [] } = brought;
  const inputs = dateInputs(program, brought.inputs, event.receivedAt);
  if ('sale' in judged) return { ...judged, inputs, leftOut, isRated: () => rated || judged.isRated() };
  const more = {
    ...(rated ? { rated: true as const } : {}),
    ...(leftOut.length === 0 ? {} : { zeros: leftOut }),
  };
  const isPlain = judged.reason === 'not_commissionable';
  if (inputs.length === 0) {
    const reason = withoutRate ? 'no_fx_rate' : isPlain ? leftOut[0]?.reason : undefined;
    return { ...judged, ...(reason === undefined ? {} : { reason }), ...more };
  }
  return { ...judged, ...(isPlain ? BY_PERIOD : {}), ...more, inputs };
}

const BY_PERIOD = { reason: 'settled_by_period' } as const;

interface BoundTrade {
  readonly event: PlacedEvent;
  readonly assembly: AssemblyOutcome & { kind: 'trade' };
  /** The instant whose partner it belongs to. */
  readonly bound: Instant;
}

/** Gates come before trade filters (rules.md 5, KYC): attribution, deal, KYC, then each component. */
function judgeTrade(
  { program, context, customerId = '' }: ExecutionsInput,
  { event, assembly, bound }: BoundTrade,
): EventDecision | JudgedTrade {
  const at = event.occurredAt;
  const attribution = findAttributionAt(context.attributions, bound);
  if (attribution === undefined || attribution.partnerId === null) {
    return nothing(attribution?.reason ?? 'unattributed', { assembly });
  }
  const deal = findDealInForce(program, attribution.partnerId, at);
  if (deal === undefined) return nothing('no_deal', { assembly });
  const gate = judgeGates(context, at);
  const withdrawal = gate.kind === 'closed' ? findWithdrawal(context, gate.reason, at) : undefined;
  if (gate.kind === 'closed' && withdrawal === undefined) return nothing(gate.reason, { assembly });
  const components = listTrading(deal);
  if (components.length === 0)
    return nothing(gate.kind === 'closed' ? gate.reason : 'not_commissionable', { assembly });
  const rates = watchedConverter(program, at);
  const sale: Sale = {
    program,
    event,
    trade: assembly.trade,
    leafId: attribution.partnerId,
    deal,
    gate,
    openedAt: findOpening(context, at),
    country: findCountryAt(context.countries, at),
    convert: rates.convert,
  };
  return {
    sale,
    assembly,
    customerId,
    ...(withdrawal === undefined ? {} : { withdrawal }),
    rebate: { program, customerId, leafId: attribution.partnerId, attribution, deal, at },
    inputs: [],
    leftOut: [],
    isRated: rates.wasAsked,
    parts: components.map((component) => judgeComponent(sale, component)),
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

/** A trade as far as it can be judged by itself: what each component says of it, before hedged trades are netted. */
interface JudgedTrade {
  readonly sale: Sale;
  readonly assembly: AssemblyOutcome & { kind: 'trade' };
  readonly customerId: string;
  /** Set where what it paid was withdrawn later. */
  readonly withdrawal?: Withdrawal;
  readonly parts: readonly JudgedPart[];
  /** For what the partner gives to the customer. */
  readonly rebate: RebateSale;
  /** For shares of revenue. */
  readonly inputs: readonly PeriodInput[];
  /** Shares of revenue that do not count it, with why. */
  readonly leftOut: readonly ZeroLine[];
  /** Whether a rate of exchange was asked for up to now. */
  readonly isRated: () => boolean;
}

interface JudgedPart {
  readonly component: TradingComponent;
  /** Why the component pays nothing. */
  readonly reason?: ReasonCode;
  readonly detail?: string;
  readonly payable?: Payable;
  /** Absent where hedged trades pay. */
  readonly hedge?: HedgePart;
}

/** The filters of rules.md 2.13 in their order, up to the hedged trades; the first that bites gives the reason. */
function judgeComponent(sale: Sale, component: TradingComponent): JudgedPart {
  const reason = judgeScope(component, sale, sale.country) ?? filterBeforeRate(component, sale).reason;
  if (reason !== undefined) return { component, reason };
  const rate = priceRate(component.rates, component, sale);
  if (rate === undefined) return { component, reason: 'no_rate' };
  const filtered = filterAfterRate(component, sale);
  // A rate of exchange is no filter: where it is missing, a filter says more.
  const without = (none: Pick<JudgedPart, 'reason' | 'detail'>): JudgedPart =>
    none.reason === 'no_fx_rate' && filtered.reason !== undefined
      ? { component, reason: filtered.reason }
      : { component, ...none };
  if ('reason' in rate) return without(rate);
  const base = measureTrade(component, sale);
  if (isNoBase(base)) return without(base);
  // A filter says more than that nothing is left to pay on.
  if (isWorthNothing(base)) return { component, reason: filtered.reason ?? 'zero_amount' };
  const from = sale.deal.document.currency;
  if (base.currency !== undefined && sale.convert(base.units, base.currency, from) === undefined)
    return without({
      reason: 'no_fx_rate',
      detail: `there is no rate from ${base.currency} to ${from}`,
    });
  if (filtered.reason !== undefined) return { component, reason: filtered.reason };
  const credit = findCreditCoefficient(component, sale);
  const payable: Payable = {
    sale,
    component,
    base,
    rate,
    skipped: [...filtered.skipped, ...(credit.lacks === undefined ? [] : [credit.lacks])],
    ...(credit.coefficient === undefined ? {} : { coefficient: credit.coefficient }),
  };
  const { side, lots } = sale.trade;
  if (component.hedge === 'off') return { component, payable };
  return { component, payable, hedge: { key: hedgeKeyOf(sale, component), side, lots: decimal(lots) } };
}

/** What a trade pays, now that it is known which trades are hedged. */
function settleTrade(judged: JudgedTrade, hedged: ReadonlySet<HedgePart>): EventDecision {
  const { sale, assembly, parts } = judged;
  const paid = parts.map((part) => settlePart(sale, part, hedged));
  const lines = paid.flatMap((result) => result.lines);
  const rebates = listRebates(judged.rebate, lines);
  if (judged.withdrawal !== undefined)
    return withdrawTrade(judged, judged.withdrawal, [...lines, ...rebates.lines]);
  const zeros = [...paid.flatMap((result) => result.zeros), ...rebates.zeros, ...judged.leftOut];
  const inputs = dateInputs(
    sale.program,
    [
      ...paid.flatMap((result) => result.inputs),
      ...judged.inputs,
      ...listShareInputs(sale.program, lines, sale.event.occurredAt),
    ],
    sale.event.receivedAt,
  );
  const details = [
    ...(assembly.missingLots === undefined
      ? []
      : [`${assembly.missingLots} lots wait for their opening (trade_open_missing)`]),
    ...parts.flatMap(({ component, detail }) => (detail === undefined ? [] : [`${component.id}: ${detail}`])),
  ];
  return {
    state: 'decided',
    ...(lines.length > 0
      ? {}
      : { reason: inputs.length > 0 ? 'settled_by_period' : (zeros[0]?.reason ?? 'zero_amount') }),
    ...(details.length === 0 ? {} : { detail: details.join('; ') }),
    assembly,
    lines: rebates.lines.length === 0 ? lines : [...lines, ...rebates.lines],
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(zeros.length === 0 ? {} : { zeros }),
    ...(judged.isRated() || (bringsVolume(paid) && sale.deal.document.currency !== sale.program.baseCurrency)
      ? { rated: true as const }
      : {}),
  };
}

/** Of a customer who counts for nothing any more: what was paid by then stays, and no month counts it. */
function withdrawTrade(
  { sale, assembly, customerId, isRated }: JudgedTrade,
  withdrawal: Withdrawal,
  lines: readonly Line[],
): EventDecision {
  const { eventId } = sale.event;
  return {
    state: 'decided',
    reason: withdrawal.reason,
    assembly,
    lines: lines.map((line) =>
      withdrawLine(line, { key: naturalKeyOf({ ...line, eventId, customerId }), withdrawal }),
    ),
    ...(isRated() ? { rated: true as const } : {}),
  };
}

/** True when something goes to a period, or would if there were a rate. */
function bringsVolume(paid: readonly Paid[]): boolean {
  return paid.some(
    ({ inputs, zeros }) => inputs.length > 0 || zeros.some(({ reason }) => reason === 'no_fx_rate'),
  );
}

function settlePart(sale: Sale, part: JudgedPart, hedged: ReadonlySet<HedgePart>): Paid {
  const { component, payable, hedge } = part;
  const reason = hedge !== undefined && hedged.has(hedge) ? 'trade_hedged' : part.reason;
  if (reason === undefined && payable !== undefined) {
    if (payable.coefficient === undefined || !isZero(payable.coefficient)) return payTrade(payable);
    return nobody(sale, component, 'trade_credit_funded');
  }
  return nobody(sale, component, reason ?? 'no_rate');
}

/** The leaf gets nothing, and so does everybody above it. */
function nobody({ program, event, leafId }: Sale, component: TradingComponent, reason: ReasonCode): Paid {
  const level = listChain(program, leafId, event.occurredAt).length;
  const zero: ZeroLine = { component: component.id, partnerId: leafId, level, reason };
  return { lines: [], zeros: [zero], inputs: [] };
}
