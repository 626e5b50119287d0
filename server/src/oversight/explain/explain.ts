import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { grantedByOf } from '../../pipeline/commission/facts.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import { naturalKeyOf, readHoldReason } from '../../pipeline/ledger/facts.ts';
import type {
  AfterPayment,
  BroughtToMonth,
  EventEvidence,
  ExplainedLine,
  Explanation,
  LineState,
  Posting,
  Sentences,
} from './facts.ts';
import {
  attributionOf,
  listMissing,
  partnerName as nameOfPartner,
  sentencesOfEvent,
  standingOf,
  summaryOf,
} from './event-sentences.ts';
import { listBrought, sayBrought } from './brought-sentences.ts';
import { gradeOfBasis, sayGrade } from './grade-sentences.ts';
import { sayAfterPayment, sayLine, sayStanding, stateOfPosting } from './line-sentences.ts';
import { sayGiven } from './rebate-sentences.ts';
import { treeOfCommission, treeOfEvent } from './tree.ts';
import { sayMinor } from './wording.ts';

/**
 * Explains one event: what it was, whose, what it paid and why, or why it paid nothing (requirements C9).
 * Pure: the same evidence gives the same words. Amounts come from the decided lines and the journal, nothing is recomputed.
 */
export function explainEvent(evidence: EventEvidence): Explanation {
  const standing = standingOf(evidence);
  const lines = listLines(evidence);
  const brings = listBrought(evidence);
  return {
    summary: summaryOf(evidence, { standing, lines, brings }),
    ...standing,
    missing: listMissing(evidence, standing),
    sentences: withBrought(sentencesOfEvent(evidence, standing, lines), evidence, brings),
    lines,
    brings,
    tree: treeOfEvent(evidence, lines, brings),
  };
}

/** What an event brings to months is said to the operator by partner, and to the partner of the customer what it brings to that partner's own. */
function withBrought(said: Sentences, evidence: EventEvidence, brings: readonly BroughtToMonth[]): Sentences {
  const own = attributionOf(evidence)?.partnerId;
  return {
    operator: [...said.operator, ...brings.map((one) => sayBrought(one, one.partnerName))],
    partner: [
      ...said.partner,
      ...brings.filter(({ partnerId }) => partnerId === own).map((one) => sayBrought(one)),
    ],
  };
}

/** An explanation of one commission row: one posting of one line. */
export interface CommissionExplanation extends Explanation {
  readonly line: ExplainedLine;
  readonly posting: ExplainedLine['postings'][number];
}

/** Explains one commission row by the event that caused it. Undefined when the evidence holds no such posting. */
export function explainCommission(
  evidence: EventEvidence,
  commissionId: string,
): CommissionExplanation | undefined {
  const whole = explainEvent(evidence);
  const line = whole.lines.find((entry) =>
    entry.postings.some((posting) => posting.commissionId === commissionId),
  );
  const posting = line?.postings.find((entry) => entry.commissionId === commissionId);
  if (line === undefined || posting === undefined) return undefined;
  const amount = sayMinor(posting.amountMinor, posting.currency);
  const summary =
    line.line === null
      ? `${amount} for ${line.partnerName}; later evidence no longer gives this line, and what was booked for it nets to ${sayMinor(line.bookedMinor, line.currency)}.`
      : `${amount} for ${line.partnerName}: ${sayLine(evidence, line.line)}`;
  const others = new Set(
    whole.lines.filter((entry) => entry !== line).flatMap((entry) => entry.sentences.operator),
  );
  return {
    ...whole,
    summary,
    sentences: {
      operator: whole.sentences.operator.filter(
        (sentence) => !others.has(sentence) || line.sentences.operator.includes(sentence),
      ),
      partner: line.sentences.partner,
    },
    line,
    posting,
    tree: treeOfCommission(evidence, line, commissionId),
  };
}

/** Lines desired now, and those that were booked and are no longer desired; by level, the leaf first. */
function listLines(evidence: EventEvidence): ExplainedLine[] {
  const desired = new Map<string, Line>();
  const { customer, event, placement } = evidence;
  const customerId = placement?.customerId ?? customer?.id ?? '';
  const add = (line: Line, eventId: string | null): void => {
    desired.set(naturalKeyOf({ ...line, eventId, customerId }), line);
  };
  for (const line of placement?.decision?.lines ?? []) add(line, event.id);
  for (const line of customer?.lines ?? []) if (grantedByOf(line) === event.id) add(line, null);
  const elsewhere = listGrantedElsewhere(evidence, customerId);
  const booked = new Map<string, Posting[]>();
  for (const posting of evidence.postings.filter(({ naturalKey }) => !elsewhere.has(naturalKey)))
    booked.set(posting.naturalKey, [...(booked.get(posting.naturalKey) ?? []), posting]);
  const keys = [...new Set([...desired.keys(), ...booked.keys()])];
  return keys
    .map((key) => explainLine(evidence, key, { line: desired.get(key), postings: booked.get(key) ?? [] }))
    .sort((a, b) => b.level - a.level || (a.naturalKey < b.naturalKey ? -1 : 1));
}

/** Natural keys of a CPA that another event granted: what was booked for it at the same instant is explained there. */
function listGrantedElsewhere({ customer, event }: EventEvidence, customerId: string): ReadonlySet<string> {
  const others = (customer?.lines ?? []).filter((line) => grantedByOf(line) !== event.id);
  return new Set(others.map((line) => naturalKeyOf({ ...line, eventId: null, customerId })));
}

function explainLine(
  evidence: EventEvidence,
  naturalKey: string,
  booked: { line: Line | undefined; postings: readonly Posting[] },
): ExplainedLine {
  const { line, postings } = booked;
  const about = subjectOf(evidence, naturalKey, booked);
  const bookedMinor = postings.reduce((sum, posting) => sum + BigInt(posting.amountMinor), 0n).toString();
  const partnerName = nameOfPartner(evidence, about.partnerId);
  const came = line === undefined ? 'Later evidence no longer gives this line.' : sayLine(evidence, line);
  const after = evidence.afterPayment?.get(naturalKey);
  const graded =
    line === undefined ? [] : sayGrade(evidence.program, about.partnerId, gradeOfBasis(line.basis));
  const stands = [
    ...(line === undefined ? [] : sayGiven(evidence, line)),
    ...graded,
    ...sayAfterPayment(line === undefined ? undefined : after, about.currency),
    ...sayStanding(evidence, postings, line !== undefined && !isSpared(line, after), line?.basis['opensOn']),
  ];
  return {
    naturalKey,
    ...about,
    line: line ?? null,
    partnerName,
    desiredMinor: line === undefined ? null : String(worthOf(line, after)),
    bookedMinor,
    ...standingOfLine(evidence.now, { isDesired: line !== undefined, postings }, bookedMinor),
    sentences: {
      operator: [`${partnerName}, level ${about.level}: ${[came, ...stands].join(' ')}`],
      partner: [came, ...stands],
    },
    postings: postings.map((posting) => ({ ...posting, state: stateOfPosting(posting, evidence.now) })),
  };
}

/** What a line is worth with what payments and people made of it. */
function worthOf(line: Line, after: AfterPayment | undefined): bigint {
  return BigInt(line.amountMinor) + BigInt(after?.sparedMinor ?? '0') + BigInt(after?.givenBackMinor ?? '0');
}

/** All that it would have taken had been paid, and stays. */
function isSpared(line: Line, after: AfterPayment | undefined): boolean {
  return after !== undefined && worthOf(line, after) === 0n;
}

/** Whom and what a line is for: as it is desired, else as it was last booked. One of the two is there. */
function subjectOf(
  evidence: EventEvidence,
  naturalKey: string,
  booked: { line: Line | undefined; postings: readonly Posting[] },
): Pick<ExplainedLine, 'component' | 'partnerId' | 'currency' | 'level'> {
  const { line } = booked;
  if (line !== undefined)
    return {
      component: line.component,
      partnerId: line.partnerId,
      currency: line.currency,
      level: line.level,
    };
  const last = booked.postings.at(-1);
  const level = Number(naturalKey.slice(naturalKey.lastIndexOf(':') + 1));
  return {
    component: last?.component ?? '',
    partnerId: last?.partnerId ?? '',
    currency: last?.currency ?? evidence.program.baseCurrency,
    level,
  };
}

/** The state of what was booked for a line, as its last posting says it; `isDesired`: the evidence still gives the line. */
export function standingOfLine(
  now: EventEvidence['now'],
  booked: { readonly isDesired: boolean; readonly postings: readonly Posting[] },
  net: string,
): { state: LineState; stateReason: ReasonCode | null } {
  const last = booked.postings.at(-1);
  if (last === undefined) return { state: 'not_booked', stateReason: null };
  if (!booked.isDesired && net === '0') return { state: 'cancelled', stateReason: null };
  const state = stateOfPosting(last, now);
  if (state !== 'held') return { state, stateReason: null };
  const { shown } = readHoldReason(last.holdReason);
  return { state, stateReason: isReasonCode(shown) ? shown : 'hold_period' };
}

/** The code with both sentences, for the wire. */
export function reasonWithSentence(
  code: ReasonCode | null,
): { code: ReasonCode; operator: string; partner: string } | null {
  return code === null
    ? null
    : { code, operator: reasonSentence(code, 'operator'), partner: reasonSentence(code, 'partner') };
}
