// The tree of a month: from the amount over the settlement with its steps to who brought what, by reference and by value.
import { addMicros, formatInstant } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import { endOfPeriod } from '../../kernel/period.ts';
import type { Contributor, ExplainedLine, ExplainNode, MonthCandidate, MonthEvidence } from './facts.ts';
import { gradeNodes } from './grade-sentences.ts';
import { wireCarry } from '../settlements/facts.ts';
import { dealNode, hierarchyAt, money, node, postingNode, settlementPath } from './tree.ts';
import { sayMonth } from './wording.ts';

/** The line of the month with everything below it. */
export function treeOfMonth(evidence: MonthEvidence, line: ExplainedLine): ExplainNode {
  const { program, partnerId, component, period, result } = evidence;
  const last = addMicros(endOfPeriod(period, program.zone), -1);
  const dealId = result?.dealId ?? '';
  const value = {
    naturalKey: line.naturalKey,
    component,
    partner: wireId('prt', partnerId),
    period: period.slice(0, 7),
    desired: line.desiredMinor === null ? null : money(line.desiredMinor, line.currency),
    booked: money(line.bookedMinor, line.currency),
    state: line.state,
    basis: line.basis ?? {},
  };
  return node(['line', `${component}, ${sayMonth(period)}: ${line.partnerName}`], value, {
    children: [
      settlementNode(evidence),
      ...(dealId === '' ? [] : [dealNode(evidence, dealId, result?.dealVersion ?? 0)]),
      ...gradeNodes(program, partnerId, result?.grade),
      hierarchyAt(program, partnerId, last),
      ...line.postings.map((posting) => postingNode(posting, program.id)),
    ],
  });
}

/** The same for one of its commission rows. */
export function treeOfMonthCommission(
  evidence: MonthEvidence,
  line: ExplainedLine,
  posting: ExplainedLine['postings'][number],
): ExplainNode {
  const value = {
    amount: money(posting.amountMinor, posting.currency),
    bookedAt: formatInstant(posting.bookedAt),
    state: posting.state,
  };
  return node(['commission', `Commission of ${line.partnerName}`], value, {
    children: [treeOfMonth(evidence, line)],
    ref: posting.commissionId,
  });
}

function settlementNode(evidence: MonthEvidence): ExplainNode {
  const { period, result, totals, closed, decidedAt } = evidence;
  const value = {
    period: period.slice(0, 7),
    ...(result === null
      ? { amount: null }
      : {
          amount: money(result.amountMinor, result.currency),
          exact: result.exact,
          reason: result.reason ?? null,
          carry: wireCarry(result.carry),
        }),
    totals,
    provisional: closed === null,
    closed: closed === null ? null : { ...closed, at: formatInstant(closed.at) },
    decidedAt: decidedAt === null ? null : formatInstant(decidedAt),
    settlement: settlementPath(evidence),
  };
  return node(['settlement', `Settlement of ${sayMonth(period)}`], value, {
    children: [
      ...beforeNode(evidence),
      ...stepNodes(evidence),
      ...bringersNode(evidence),
      ...candidatesNode(evidence),
    ],
  });
}

function stepNodes({ result }: MonthEvidence): ExplainNode[] {
  return (result?.steps ?? []).map(({ step, amount, by }) => {
    const { customerId, ...rest } = by ?? {};
    return node(
      ['step', step.replaceAll('_', ' ')],
      { step, amount, ...rest },
      customerId === undefined ? {} : { ref: wireId('cus', customerId) },
    );
  });
}

/** What the month before left; its own explanation says how. */
function beforeNode({ before, partnerId, component }: MonthEvidence): ExplainNode[] {
  if (before === null || Object.keys(before.carry).length === 0) return [];
  if (before.isOpening === true)
    return [
      node(['carried', `Left by an earlier system, as of the beginning of ${sayMonth(before.period)}`], {
        period: before.period.slice(0, 7),
        carry: wireCarry(before.carry),
      }),
    ];
  return [
    node(['carried', `Left by ${sayMonth(before.period)}`], {
      period: before.period.slice(0, 7),
      carry: wireCarry(before.carry),
      settlement: settlementPath({ partnerId, component, period: before.period }),
    }),
  ];
}

function bringersNode(evidence: MonthEvidence): ExplainNode[] {
  const { count, first } = evidence.contributors;
  if (count === 0) return [];
  const value = { count, shown: first.length, all: `${settlementPath(evidence)}/contributors` };
  return [
    node(['contributors', count === 1 ? 'One brought something' : `${count} brought something`], value, {
      children: first.map(contributorNode),
    }),
  ];
}

function contributorNode({ id, kind, name, measures }: Contributor): ExplainNode {
  return node(
    [kind, `${kind === 'partner' ? 'Partner' : 'Customer'} ${name}`],
    { measures },
    { ref: wireId(kind === 'partner' ? 'prt' : 'cus', id) },
  );
}

function candidatesNode(evidence: MonthEvidence): ExplainNode[] {
  const { count, first } = evidence.candidates;
  if (count === 0) return [];
  return [
    node(
      ['candidates', 'What is paid whole or not at all, in its order'],
      { count, shown: first.length },
      {
        children: first.map(candidateNode),
      },
    ),
  ];
}

function candidateNode({ customerId, at, amount, country, taken }: MonthCandidate): ExplainNode {
  return node(
    ['candidate', `${amount} of ${at}`],
    { at, amount, country: country === '' ? null : country, taken: taken ?? null },
    customerId === null ? {} : { ref: wireId('cus', customerId) },
  );
}
