import { addMicros } from '../../kernel/instant.ts';
import { endOfPeriod } from '../../kernel/period.ts';
import { isReasonCode } from '../../kernel/reason.ts';
import { naturalKeyOf } from '../../pipeline/ledger/facts.ts';
import { documentOfGrade } from '../../registry/deals/facts.ts';
import type { DealComponent } from '../../registry/deals/facts.ts';
import { listChain } from '../../registry/facts.ts';
import { standingOfLine } from './explain.ts';
import type { ExplainedLine, MonthEvidence, MonthExplanation, MonthResult } from './facts.ts';
import { sayGrade } from './grade-sentences.ts';
import { sayStanding, stateOfPosting } from './line-sentences.ts';
import { sayClosing, sayMonthReason, sayMonthSteps } from './month-sentences.ts';
import { treeOfMonth, treeOfMonthCommission } from './month-tree.ts';
import { sayMinor, sayMonth } from './wording.ts';

/**
 * Explains what one month of one component is worth to a partner, or why it is worth nothing (requirements C9): the settlement with its steps,
 * what it carries, who brought what. Pure: nothing is recomputed, the steps are those by which the books were written.
 */
export function explainMonth(evidence: MonthEvidence): MonthExplanation {
  const line = lineOf(evidence);
  const { result, component, period } = evidence;
  const amount = sayMinor(line.desiredMinor ?? '0', line.currency);
  const still = evidence.closed === null ? ', provisional' : '';
  return {
    summary: `${amount} for ${line.partnerName}: component ${component}, ${sayMonth(period)}${still}.`,
    provisional: evidence.closed === null,
    reason:
      result === null
        ? 'no_deal'
        : result.reason !== undefined && isReasonCode(result.reason)
          ? result.reason
          : null,
    sentences: line.sentences,
    line,
    tree: treeOfMonth(evidence, line),
  };
}

/** The same for one of its commission rows; undefined when it is none of its postings. */
export function explainMonthCommission(
  evidence: MonthEvidence,
  commissionId: string,
): (MonthExplanation & { readonly posting: ExplainedLine['postings'][number] }) | undefined {
  const whole = explainMonth(evidence);
  const posting = whole.line.postings.find((one) => one.commissionId === commissionId);
  if (posting === undefined) return undefined;
  const own = sayMinor(posting.amountMinor, posting.currency);
  return {
    ...whole,
    summary:
      whole.line.postings.length === 1
        ? whole.summary
        : `${own}, one of ${whole.line.postings.length} bookings. Now it is ${whole.summary}`,
    posting,
    tree: treeOfMonthCommission(evidence, whole.line, posting),
  };
}

function lineOf(evidence: MonthEvidence): ExplainedLine {
  const { program, partnerId, component, period, postings, result, now } = evidence;
  const naturalKey = naturalKeyOf({ eventId: null, customerId: '', component, partnerId, level: 0, period });
  const booked = postings.reduce((sum, posting) => sum + BigInt(posting.amountMinor), 0n).toString();
  const isDesired = result !== null && result.amountMinor !== '0';
  const partnerName = program.partners.get(partnerId)?.name ?? partnerId;
  const currency = currencyOf(evidence);
  return {
    naturalKey,
    component,
    partnerId,
    partnerName,
    level: listChain(program, partnerId, addMicros(endOfPeriod(period, program.zone), -1)).length,
    currency,
    line: null,
    basis: basisOf(evidence),
    desiredMinor: result?.amountMinor ?? null,
    bookedMinor: booked,
    ...standingOfLine(now, { isDesired, postings }, booked),
    sentences: sentencesOf(evidence, isDesired),
    postings: postings.map((posting) => ({ ...posting, state: stateOfPosting(posting, now) })),
  };
}

function currencyOf({ result, postings, program }: MonthEvidence): string {
  const named = result === null || result.currency === '' ? postings.at(-1)?.currency : result.currency;
  return named ?? program.baseCurrency;
}

function basisOf({ result, period, contributors }: MonthEvidence): Readonly<Record<string, string>> {
  return {
    period: period.slice(0, 7),
    ...(result === null || result.dealId === ''
      ? {}
      : { exact: result.exact, steps: String(result.steps.length) }),
    contributors: String(contributors.count),
  };
}

function sentencesOf(evidence: MonthEvidence, isDesired: boolean): MonthExplanation['sentences'] {
  const { result, contributors, postings } = evidence;
  const steps =
    result === null || result.dealId === ''
      ? []
      : sayMonthSteps(evidence, result, findComponent(evidence, result));
  const brought =
    contributors.count === 0
      ? []
      : [
          `${contributors.count} ${contributors.count === 1 ? 'customer or partner below' : 'customers or partners below'} brought something to it.`,
        ];
  const say = (audience: 'operator' | 'partner'): string[] => [
    ...(audience === 'operator' ? brought : []),
    ...steps,
    ...sayGrade(evidence.program, evidence.partnerId, result?.grade),
    ...sayMonthReason(result, audience),
    sayClosing(evidence, audience),
    ...sayStanding(evidence, postings, isDesired),
  ];
  return { operator: say('operator'), partner: say('partner') };
}

function findComponent(
  { program, component }: MonthEvidence,
  { dealId, grade }: MonthResult,
): DealComponent | undefined {
  const deals = [...program.defaultDeals, ...[...program.dealsOf.values()].flat()];
  const written = deals.find((one) => one.id === dealId)?.document;
  const document =
    written === undefined || grade === undefined ? written : documentOfGrade(written, grade.name);
  return document?.components.find((one) => one.id === component);
}
