// What an event brings to months: to which, and in which figures.
import { findDealInForce } from '../../registry/facts.ts';
import { grantedByOf, INSTEAD } from '../../pipeline/commission/facts.ts';
import type { PeriodInput } from '../../pipeline/commission/facts.ts';
import type { BroughtToMonth, EventEvidence } from './facts.ts';
import { partnerName } from './event-sentences.ts';
import { padDecimal, sayMonth } from './wording.ts';

/** What the event itself brings, and the CPA or figures of the customer that rest on it. Pure. */
export function listBrought(evidence: EventEvidence): BroughtToMonth[] {
  const { placement, customer, event, source } = evidence;
  const order = [source.slug, event.recordType, event.externalId, event.part].join('\u0001');
  // What the customer as a whole brings names its event by its canonical key; the advance of a CPA belongs to the event that granted it.
  const isGrantor = (customer?.lines ?? []).some((line) => grantedByOf(line) === event.id);
  const granted = (customer?.inputs ?? []).filter(
    ({ candidate, measures }) => candidate?.order === order || (isGrantor && measures['cpa'] !== undefined),
  );
  return [...(placement?.decision?.inputs ?? []), ...granted].map((input) => broughtOf(evidence, input));
}

/** Of a share that is paid unless the CPA is: why this customer counts for it (semantics.md 4.7 d). */
function sayBranch(
  evidence: EventEvidence,
  { partnerId, component, measures }: PeriodInput,
): string | undefined {
  if (Object.keys(measures).some((name) => name.startsWith(INSTEAD))) return undefined;
  const deal = findDealInForce(evidence.program, partnerId, evidence.event.occurredAt);
  const share = deal?.document.components.find(({ id }) => id === component);
  if (share?.kind !== 'revshare' || share.unlessPaid === null) return undefined;
  return evidence.customer?.cpa?.state === 'taken'
    ? 'The deal pays the CPA or the share: the CPA of the customer does not stand, so its revenue counts for the share.'
    : 'The deal pays the CPA or the share: no CPA was granted for the customer so far, so its revenue counts for the share.';
}

function broughtOf(evidence: EventEvidence, input: PeriodInput): BroughtToMonth {
  const branch = sayBranch(evidence, input);
  const { partnerId, component, period, measures, candidate, lateOf } = input;
  return {
    partnerId,
    partnerName: partnerName(evidence, partnerId),
    component,
    period,
    measures,
    ...(branch === undefined ? {} : { branch }),
    ...(lateOf === undefined ? {} : { lateOf }),
    ...(candidate === undefined ? {} : { candidate: { amount: candidate.amount, at: candidate.at } }),
  };
}

/** 'It counts in January 2026 for component share: ggr 400.00, bets 1000.00.' `partner`: whose, where that is said. */
export function sayBrought(brought: BroughtToMonth, partner?: string): string {
  const { component, period, measures, candidate, lateOf, branch } = brought;
  const of = partner === undefined ? '' : ` of ${partner}`;
  const figures = sayMeasures(measures);
  const isInstead = Object.keys(measures).some((name) => name.startsWith(INSTEAD));
  const only = isInstead ? ', but only where a limit refuses the CPA of the customer' : '';
  const place =
    candidate === undefined ? '' : ' It is paid whole or not at all, in its order among those of the month.';
  const late = lateOf === undefined ? '' : ` ${sayMonth(lateOf)} was closed when it came.`;
  return `It counts in ${sayMonth(period)} for component ${component}${of}${only}${figures === '' ? '' : `: ${figures}`}.${late}${place}${branch === undefined ? '' : ` ${branch}`}`;
}

const COUNTED =
  /^(activity|count|rounds|lots|units|trades|qualified|registrations|.*_count|.*_only|first_deposits)$/;

/** Figures in words; those that are kept for other currencies, days and countries beside them are left out. */
export function sayMeasures(measures: Readonly<Record<string, string>>): string {
  return Object.entries(measures)
    .map(([name, value]) => [name.startsWith(INSTEAD) ? name.slice(INSTEAD.length) : name, value] as const)
    .filter(([name]) => name !== 'activity' && !/^\$|^(day|cut)\/|@/.test(name))
    .map(
      ([name, value]) =>
        `${name.replaceAll(/[_/]/g, ' ')} ${COUNTED.test(name) ? value : padDecimal(value, 2)}`,
    )
    .join(', ');
}
