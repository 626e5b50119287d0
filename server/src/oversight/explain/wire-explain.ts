import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { reasonWithSentence } from './explain.ts';
import type { CommissionExplanation } from './explain.ts';
import type { ManualExplanation } from './manual.ts';
import type {
  EventEvidence,
  ExplainedLine,
  ExplainNode,
  Explanation,
  MonthEvidence,
  MonthExplanation,
} from './facts.ts';

/** The explanation of an event as the API answers it. */
export function wireEventExplanation(evidence: EventEvidence, explanation: Explanation) {
  return {
    id: wireId('evt', evidence.event.id),
    kind: 'event' as const,
    summary: explanation.summary,
    state: explanation.state,
    reason: reasonWithSentence(explanation.reason),
    amounts: sumByCurrency(explanation.lines),
    missing: [...explanation.missing],
    sentences: wireSentences(explanation.sentences),
    lines: explanation.lines.map(wireLine),
    brings: explanation.brings.map((one) => ({
      partnerId: wireId('prt', one.partnerId),
      partnerName: one.partnerName,
      component: one.component,
      period: one.period.slice(0, 7),
      measures: { ...one.measures },
      candidate: one.candidate === undefined ? null : { ...one.candidate },
    })),
    tree: wireNode(explanation.tree),
  };
}

/** The explanation of a commission row as the API answers it. */
export function wireCommissionExplanation(evidence: EventEvidence, explanation: CommissionExplanation) {
  return wireCommission(explanation, { eventId: wireId('evt', evidence.event.id), period: null });
}

/** The explanation of a commission row that settles a month. */
export function wireMonthCommission(
  evidence: MonthEvidence,
  explanation: MonthExplanation & { readonly posting: ExplainedLine['postings'][number] },
) {
  return {
    ...wireCommission(explanation, { eventId: null, period: evidence.period.slice(0, 7) }),
    reason: reasonWithSentence(explanation.line.stateReason ?? explanation.reason),
  };
}

/** The explanation of a commission row that people put in by hand. */
export function wireManualCommission(explanation: ManualExplanation) {
  return wireCommission(explanation, { eventId: null, period: null });
}

type ExplainedCommission = Pick<CommissionExplanation, 'posting' | 'line' | 'summary' | 'sentences' | 'tree'>;

/** `of`: the event, or the month, that the row comes from. */
function wireCommission<E extends string | null, P extends string | null>(
  { posting, line, summary, sentences, tree }: ExplainedCommission,
  of: { readonly eventId: E; readonly period: P },
) {
  return {
    id: posting.commissionId,
    kind: 'commission' as const,
    summary,
    amount: money(posting.amountMinor, posting.currency),
    state: posting.state,
    reason: reasonWithSentence(line.stateReason),
    ...of,
    sentences: wireSentences(sentences),
    line: wireLine(line),
    tree: wireNode(tree),
  };
}

/** The explanation of one month of one component. */
export function wireMonthExplanation(evidence: MonthEvidence, explanation: MonthExplanation) {
  const { line } = explanation;
  return {
    partnerId: wireId('prt', evidence.partnerId),
    period: evidence.period.slice(0, 7),
    component: evidence.component,
    kind: 'settlement' as const,
    summary: explanation.summary,
    amount: money(line.desiredMinor ?? '0', line.currency),
    provisional: explanation.provisional,
    reason: reasonWithSentence(explanation.reason),
    sentences: wireSentences(explanation.sentences),
    line: wireLine(line),
    tree: wireNode(explanation.tree),
  };
}

function wireLine(line: ExplainedLine) {
  return {
    naturalKey: line.naturalKey,
    component: line.component,
    partnerId: wireId('prt', line.partnerId),
    partnerName: line.partnerName,
    level: line.level,
    desired: line.desiredMinor === null ? null : money(line.desiredMinor, line.currency),
    booked: money(line.bookedMinor, line.currency),
    state: line.state,
    reason: reasonWithSentence(line.stateReason),
    basis: { ...(line.line?.basis ?? line.basis) },
    sentences: wireSentences(line.sentences),
    postings: line.postings.map((posting) => ({
      id: posting.commissionId,
      amount: money(posting.amountMinor, posting.currency),
      state: posting.state,
      bookedAt: formatInstant(posting.bookedAt),
    })),
  };
}

function sumByCurrency(lines: readonly ExplainedLine[]): { amount: string; currency: string }[] {
  const sums = new Map<string, bigint>();
  for (const line of lines)
    sums.set(line.currency, (sums.get(line.currency) ?? 0n) + BigInt(line.desiredMinor ?? '0'));
  return [...sums].map(([currency, sum]) => money(sum.toString(), currency));
}

function wireSentences(sentences: Explanation['sentences']): { operator: string[]; partner: string[] } {
  return { operator: [...sentences.operator], partner: [...sentences.partner] };
}

/** A node as the wire has it: plain mutable JSON. */
interface WireNode {
  kind: string;
  title: string;
  ref?: string;
  value: Record<string, unknown>;
  children: WireNode[];
}

function wireNode(node: ExplainNode): WireNode {
  return {
    kind: node.kind,
    title: node.title,
    ...(node.ref === undefined ? {} : { ref: node.ref }),
    value: { ...node.value },
    children: node.children.map(wireNode),
  };
}

function money(amountMinor: string, currency: string): { amount: string; currency: string } {
  return { amount: formatMoney({ amountMinor: BigInt(amountMinor), currency }), currency };
}
