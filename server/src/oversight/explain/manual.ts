import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { standingOfLine } from './explain.ts';
import type { ExplainedLine, ExplainNode, Posting, Sentences } from './facts.ts';
import { sayStanding, stateOfPosting } from './line-sentences.ts';
import { money, node, postingNode } from './tree.ts';
import { sayMinor, sayTime } from './wording.ts';

/** A row that people put into the books by hand, with what was booked for it. */
export interface ManualEvidence {
  readonly program: ProgramSnapshot;
  readonly now: Instant;
  readonly naturalKey: string;
  readonly partnerId: string;
  readonly component: string;
  readonly currency: string;
  readonly amountMinor: string;
  readonly kind: 'opening' | 'adjustment';
  readonly changeSetId: string;
  /** It was taken back by the inverse set. */
  readonly isUndone: boolean;
  readonly valueAt: Instant;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly decidedBy: string;
  readonly decisionNote: string;
  readonly postings: readonly Posting[];
}

export interface ManualExplanation {
  readonly summary: string;
  readonly sentences: Sentences;
  readonly line: ExplainedLine;
  readonly posting: ExplainedLine['postings'][number];
  readonly tree: ExplainNode;
}

/** Explains a row by hand: who put it in and who agreed, why, and what was booked (requirements C1, C9). Undefined when it has no such posting. */
export function explainManual(evidence: ManualEvidence, commissionId: string): ManualExplanation | undefined {
  const line = lineOf(evidence);
  const posting = line.postings.find((one) => one.commissionId === commissionId);
  if (posting === undefined) return undefined;
  const value = {
    amount: money(posting.amountMinor, posting.currency),
    bookedAt: formatInstant(posting.bookedAt),
    state: posting.state,
  };
  return {
    summary: `${sayMinor(posting.amountMinor, posting.currency)} for ${line.partnerName}: ${sayWhy(evidence)}`,
    sentences: line.sentences,
    line,
    posting,
    tree: node(['commission', `Commission of ${line.partnerName}`], value, {
      children: [lineNode(evidence, line)],
      ref: posting.commissionId,
    }),
  };
}

function sayWhy({ kind, reason, valueAt, program }: ManualEvidence): string {
  const day = sayTime(valueAt, program.zone);
  return kind === 'opening'
    ? `what an earlier system left as of ${day} (${reason}).`
    : `an adjustment for ${day}: ${reason}.`;
}

function lineOf(evidence: ManualEvidence): ExplainedLine {
  const { program, partnerId, postings, now, isUndone } = evidence;
  const booked = postings.reduce((sum, posting) => sum + BigInt(posting.amountMinor), 0n).toString();
  const stands = sayStanding(evidence, postings, !isUndone);
  const undone = isUndone ? ['It was taken back since.'] : [];
  const agreed = `${evidence.createdBy} proposed it on ${sayTime(evidence.createdAt, program.zone)}, ${evidence.decidedBy} agreed: ${evidence.decisionNote}`;
  return {
    naturalKey: evidence.naturalKey,
    component: evidence.component,
    partnerId,
    partnerName: program.partners.get(partnerId)?.name ?? partnerId,
    level: 0,
    currency: evidence.currency,
    line: null,
    basis: { reason: evidence.reason, valueAt: formatInstant(evidence.valueAt) },
    desiredMinor: isUndone ? null : evidence.amountMinor,
    bookedMinor: booked,
    ...standingOfLine(now, { isDesired: !isUndone, postings }, booked),
    sentences: {
      operator: [sayWhyAlone(evidence), agreed, ...undone, ...stands],
      partner: [sayWhyAlone(evidence), ...undone, ...stands],
    },
    postings: postings.map((posting) => ({ ...posting, state: stateOfPosting(posting, now) })),
  };
}

function sayWhyAlone(evidence: ManualEvidence): string {
  const said = sayWhy(evidence);
  return `${sayMinor(evidence.amountMinor, evidence.currency)}: ${said}`;
}

function lineNode(evidence: ManualEvidence, line: ExplainedLine): ExplainNode {
  const value = {
    naturalKey: line.naturalKey,
    component: line.component,
    partner: wireId('prt', line.partnerId),
    desired: line.desiredMinor === null ? null : money(line.desiredMinor, line.currency),
    booked: money(line.bookedMinor, line.currency),
    state: line.state,
    basis: line.basis ?? {},
  };
  const decision = {
    reason: evidence.reason,
    proposedBy: evidence.createdBy,
    proposedAt: formatInstant(evidence.createdAt),
    approvedBy: evidence.decidedBy,
    note: evidence.decisionNote,
  };
  return node(['line', `${line.component}: ${line.partnerName}`], value, {
    children: [
      node(['decision', 'What two people agreed to'], decision, {
        children: [],
        ref: wireId('chg', evidence.changeSetId),
      }),
      ...line.postings.map((posting) => postingNode(posting, evidence.program.id)),
    ],
  });
}
