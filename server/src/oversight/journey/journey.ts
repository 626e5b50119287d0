// A customer's journey as steps in the order of what happened. Pure: everything was read before.
import type { JourneyReply, JourneyStep } from '@plumbline/contract';
import { packCommissionId, packDeliveryId, wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import { grantedByOf } from '../../pipeline/commission/facts.ts';
import { titleOf } from './titles.ts';
import type { JourneyCustomer, JourneyEvent, JourneyFacts, JourneyPosting } from './facts.ts';

type Line = JourneyStep['lines'][number];
type Booking = JourneyStep['bookings'][number];
type PartnerRef = NonNullable<JourneyStep['partner']>;

/** A step with the instant by which it is put in order. */
interface Dated {
  readonly order: number;
  readonly step: JourneyStep;
}

const EMPTY: Omit<JourneyStep, 'kind' | 'at' | 'title'> = {
  detail: null,
  eventId: null,
  deliveryId: null,
  source: null,
  identifiers: [],
  partner: null,
  link: null,
  amount: null,
  state: null,
  reason: null,
  sentence: null,
  missing: null,
  lines: [],
  bookings: [],
};

/** Steps, oldest first: the click, what came in, the bonds to partners, and what was booked for the customer as a whole. */
export function tellJourney(
  seen: JourneyFacts,
): Pick<JourneyReply, 'steps' | 'totals' | 'counts' | 'partner'> {
  const names = seen.partnerNames;
  const byEvent = Map.groupBy(
    seen.postings.filter((posting) => posting.eventId !== null),
    (posting) => posting.eventId,
  );
  const steps = [
    ...seen.events.flatMap((event) => [
      ...clickSteps(event, names),
      eventStep(event, byEvent.get(event.eventId) ?? [], seen),
    ]),
    ...attributionSteps(seen.customer, names),
    ...customerScopeSteps(seen),
  ];
  const { partnerId } = seen.customer;
  return {
    partner: partnerId === null ? null : partnerRef(partnerId, names),
    steps: steps.toSorted((a, b) => a.order - b.order).map(({ step }) => step),
    totals: totalsOf(seen),
    counts: countsOf(seen),
  };
}

function partnerRef(id: string, names: ReadonlyMap<string, string>): PartnerRef {
  return { id: wireId('prt', id), name: names.get(id) ?? 'unknown partner' };
}

/** The visit that a registration proves by its signed click id. */
function clickSteps(event: JourneyEvent, names: ReadonlyMap<string, string>): Dated[] {
  const { clickLinkId, clickPartnerId, clickAt } = event.content.extra ?? {};
  if (
    event.kind !== 'registration' ||
    clickLinkId === undefined ||
    clickPartnerId === undefined ||
    clickAt === undefined
  )
    return [];
  const at = instantFromIso(clickAt);
  return [
    {
      order: at,
      step: {
        ...EMPTY,
        kind: 'click',
        at: formatInstant(at),
        title: `Followed the link of ${names.get(clickPartnerId) ?? 'a partner'}`,
        partner: partnerRef(clickPartnerId, names),
        link: { id: wireId('lnk', clickLinkId), campaign: '' },
        identifiers:
          event.content.clickId === undefined ? [] : [{ namespace: 'click', value: event.content.clickId }],
      },
    },
  ];
}

const KINDS: Readonly<Record<string, JourneyStep['kind']>> = {
  registration: 'registration',
  identifier_link: 'identifier',
  kyc_status: 'kyc',
  deposit: 'deposit',
  first_deposit: 'deposit',
  withdrawal: 'withdrawal',
  execution: 'trade',
  trade_closed: 'trade',
};

function eventStep(event: JourneyEvent, postings: readonly JourneyPosting[], seen: JourneyFacts): Dated {
  const { content, reason } = event;
  const { amount, currency } = content;
  // A deposit that granted the CPA has its lines with the customer.
  const granted = seen.customer.lines.filter((line) => grantedByOf(line) === event.eventId);
  const lines = [...(event.decision?.lines ?? []), ...granted].map((line) =>
    paidLine(line, seen.partnerNames),
  );
  const zeros = (event.decision?.zeros ?? []).map((zero): Line => ({
    partner: partnerRef(zero.partnerId, seen.partnerNames),
    component: zero.component,
    level: zero.level,
    amount: null,
    reason: zero.reason,
    sentence: reasonSentence(zero.reason, 'operator'),
    basis: {},
  }));
  return {
    // Of what happened at the same instant, a registration is told first.
    order: event.occurredAt + (event.kind === 'registration' ? 0 : 0.5),
    step: {
      ...EMPTY,
      kind: KINDS[event.kind] ?? 'event',
      at: formatInstant(event.occurredAt),
      ...titleOf(content, event.decision?.assembly),
      eventId: wireId('evt', event.eventId),
      deliveryId: packDeliveryId(event.delivery),
      source: event.source,
      identifiers: content.identifiers.map(({ namespace, value }) => ({ namespace, value })),
      amount: amount === undefined || currency === undefined ? null : { amount, currency },
      state: event.state === 'pending' ? 'moving' : event.state,
      reason,
      sentence: reason === null ? null : sentenceOf(reason),
      missing: event.state === 'waiting' ? missingOf(event) : null,
      lines: [...lines, ...zeros],
      bookings: postings.map((posting) => bookingOf(posting, seen.partnerNames)),
    },
  };
}

function sentenceOf(reason: string): string {
  if (isReasonCode(reason)) return reasonSentence(reason, 'operator');
  return reason === 'failed' ? 'The evidence of this customer could not be decided.' : reason;
}

/** What would let a waiting event go on. */
function missingOf({ content, reason }: JourneyEvent): string {
  const { execution } = content;
  if (reason === 'trade_open_missing' && execution !== undefined) {
    return `The execution that opened position ${execution.position} of account ${execution.account}.`;
  }
  if (reason === 'original_not_found')
    return `The payment ${content.originalId ?? 'that this row takes back'}.`;
  return 'The evidence that the reason names; it goes on by itself when that arrives.';
}

function paidLine(line: JourneyCustomer['lines'][number], names: ReadonlyMap<string, string>): Line {
  const { currency } = line;
  return {
    partner: partnerRef(line.partnerId, names),
    component: line.component,
    level: line.level,
    amount: moneyOf(BigInt(line.amountMinor), currency),
    reason: null,
    sentence: null,
    basis: { ...line.basis },
  };
}

function moneyOf(amountMinor: bigint, currency: string): { amount: string; currency: string } {
  return { amount: formatMoney({ amountMinor, currency }), currency };
}

function bookingOf(posting: JourneyPosting, names: ReadonlyMap<string, string>): Booking {
  return {
    commissionId: packCommissionId(posting.address),
    partner: partnerRef(posting.partnerId, names),
    component: posting.component,
    level: posting.level,
    amount: moneyOf(posting.amountMinor, posting.currency),
    state: posting.state,
    holdReason: posting.holdReason,
    holdUntil: Number.isFinite(posting.holdUntil) ? formatInstant(posting.holdUntil) : null,
    bookedAt: formatInstant(posting.bookedAt),
  };
}

/** One step for each bond of the customer to a partner, and for each release from one. */
function attributionSteps(customer: JourneyCustomer, names: ReadonlyMap<string, string>): Dated[] {
  return (customer.context.attributions ?? []).map((bond): Dated => {
    const from = bond.from === null ? Number.NEGATIVE_INFINITY : Number(bond.from);
    const at = Number.isFinite(from) ? (from as Instant) : null;
    const reason = bond.reason ?? null;
    const losers = bond.losers.length;
    return {
      order: at ?? Number.NEGATIVE_INFINITY,
      step: {
        ...EMPTY,
        kind: 'attribution',
        at: at === null ? null : formatInstant(at),
        title:
          bond.partnerId === null
            ? 'Belongs to no partner'
            : `Belongs to ${names.get(bond.partnerId) ?? 'a partner'}`,
        detail: losers === 0 ? null : `${losers} other ${losers === 1 ? 'candidate' : 'candidates'} lost`,
        partner: bond.partnerId === null ? null : partnerRef(bond.partnerId, names),
        link:
          bond.winner?.linkId === undefined
            ? null
            : { id: wireId('lnk', bond.winner.linkId), campaign: bond.winner.campaign ?? '' },
        reason,
        sentence: reason === null ? null : sentenceOf(reason),
      },
    };
  });
}

/** What was booked for the customer as a whole, such as a CPA: one step for each instant that caused it. */
function customerScopeSteps(seen: JourneyFacts): Dated[] {
  const own = seen.postings.filter((posting) => posting.eventId === null);
  return [...Map.groupBy(own, (posting) => posting.causedAt)].map(([causedAt, postings]): Dated => ({
    order: causedAt + 0.75,
    step: {
      ...EMPTY,
      kind: 'commission',
      at: formatInstant(causedAt),
      title: 'Commission for the customer as a whole',
      detail: [...new Set(postings.map((posting) => posting.component))].join(', '),
      bookings: postings.map((posting) => bookingOf(posting, seen.partnerNames)),
    },
  }));
}

function totalsOf(seen: JourneyFacts): JourneyReply['totals'] {
  const earned = new Map<string, bigint>();
  for (const { currency, amountMinor } of seen.postings)
    earned.set(currency, (earned.get(currency) ?? 0n) + amountMinor);
  const deposits = new Map(seen.deposits.map((one) => [one.currency, one]));
  return [...new Set([...earned.keys(), ...deposits.keys()])].toSorted().map((currency) => ({
    currency,
    earned: moneyOf(earned.get(currency) ?? 0n, currency),
    deposits: { currency, amount: deposits.get(currency)?.total ?? moneyOf(0n, currency).amount },
  }));
}

function countsOf(seen: JourneyFacts): JourneyReply['counts'] {
  const isPaid = (event: JourneyEvent): boolean =>
    (event.decision?.lines.length ?? 0) > 0 ||
    seen.customer.lines.some((line) => grantedByOf(line) === event.eventId);
  const decided = seen.events.filter((event) => event.state === 'decided');
  return {
    deposits: seen.deposits.reduce((sum, one) => sum + one.count, 0),
    trades: seen.trades,
    paid: decided.filter(isPaid).length,
    unpaid: decided.filter((event) => !isPaid(event)).length,
    waiting: seen.events.filter((event) => event.state === 'waiting').length,
  };
}
